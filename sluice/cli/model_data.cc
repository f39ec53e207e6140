#include "sluice/cli/model_data.h"

#include "sluice/base/error.h"
#include "sluice/base/suggest.h"
#include "sluice/cli/cores.h"
#include "sluice/data/source.h"

namespace sluice::cli {
namespace {

Tensor scaled(const Tensor& tensor, double scale) {
  Tensor result(DType::float32, tensor.shape());
  Tensor numbers = tensor.cast(DType::float32);
  auto from = std::as_const(numbers).values<float>();
  auto to = result.values<float>();
  for (size_t i = 0; i < to.size(); ++i) to[i] = from[i] * static_cast<float>(scale);
  return result;
}

std::vector<std::string> node_names(const Graph& graph, const std::vector<int>& nodes) {
  std::vector<std::string> names;
  for (int node : nodes) names.push_back(graph.node_name(node));
  return names;
}

}  // namespace

Dataset load_model_data(const Graph& graph, const DataOptions& source, const CommonOptions& common) {
  SourceContext context{.data_dir = common.data_dir,
                        .input_names = node_names(graph, graph.inputs()),
                        .output_names = node_names(graph, graph.outputs())};
  Dataset data = load_files(source.data, source.labels, context);
  if (source.scale == 1) return data;
  for (auto& [name, tensor] : data.inputs) tensor = scaled(tensor, source.scale);
  return data;
}

Examples bind_source(const DataOptions& source, const std::function<Examples()>& bind) {
  try {
    return bind();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;
    const std::string labels = source.labels.empty() ? "" : " with " + source.labels;
    throw invalid(join(source.data) + labels + ": " + error.what());
  }
}

int inference_threads() { return static_cast<int>(usable_cores()); }

}  // namespace sluice::cli
