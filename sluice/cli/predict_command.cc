#include "sluice/cli/predict_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "sluice/base/write_check.h"
#include "sluice/cli/interrupt.h"
#include "sluice/cli/model_data.h"
#include "sluice/cli/text.h"
#include "sluice/formats/keras_file.h"
#include "sluice/formats/npy.h"
#include "sluice/formats/npz.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/open_inputs.h"

namespace sluice::cli {
namespace {

void check_output(const Path& output) {
  std::string ending = output.extension().string();
  if (ending != ".npy" && ending != ".npz") {
    throw invalid("--output " + output.string() + ": the ending \"" + ending +
                  "\" is not supported; supported: .npy, .npz");
  }
  check_writable(output);
}

/// What is written must not take the place of what is read.
void check_kept(const PredictRequest& request) {
  std::vector<std::string> read = request.source.data;
  read.push_back(request.model.string());
  for (const std::string& source : read) {
    std::error_code not_there;
    if (std::filesystem::equivalent(source, request.output, not_there))
      throw invalid("--output " + request.output.string() + " is what is read; predictions need a file of their own");
  }
}

/// The outputs by name. A layer that is output twice, or called twice, has `name` and `name_1`.
NamedTensors named_outputs(const Graph& graph, const std::vector<Tensor>& predictions) {
  NamedTensors arrays;
  auto is_taken = [&](const std::string& name) {
    return std::any_of(arrays.begin(), arrays.end(), [&](const auto& array) { return array.first == name; });
  };
  for (size_t i = 0; i < predictions.size(); ++i) {
    std::string base = graph.node_name(graph.outputs()[i]);
    std::string name = base;
    for (int number = 1; is_taken(name); ++number) name = base + "_" + std::to_string(number);
    arrays.emplace_back(name, predictions[i]);
  }
  return arrays;
}

std::string file_bytes(const Path& output, const Graph& graph, const std::vector<Tensor>& predictions) {
  if (output.extension() == ".npy") return write_npy(predictions[0]);
  return write_npz(named_outputs(graph, predictions));
}

}  // namespace

CommandResult run_predict(const PredictRequest& request, const CommonOptions& common, Progress& progress) {
  check_output(request.output);
  check_kept(request);
  Model model = load_model(request.model);
  bool several = model.graph.outputs().size() > 1;
  if (several && request.output.extension() == ".npy") {
    throw invalid("--output " + request.output.string() + ": the model has several outputs; write them to a .npz file");
  }
  check_interrupt();
  Dataset data = load_model_data(model.graph, request.source, common);
  check_interrupt();
  Examples examples = bind_source(request.source, [&] {
    model.graph = bound_graph(model.graph, data.inputs);
    return bind_inputs(model.graph, data.inputs);
  });
  progress.show([&] { return std::vector<std::string>{"predicting " + count_text(examples.rows()) + " rows"}; });
  auto start = std::chrono::steady_clock::now();
  auto predictions = predict(model.graph, model.weights, examples, {inference_threads(), &watch_interrupts()});
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  progress.hide();
  check_interrupt();
  write_file(request.output, file_bytes(request.output, model.graph, predictions));
  CommandResult result;
  result.json["output"] = request.output.string();
  result.json["rows"] = examples.rows();
  result.json["model"] = request.model.string();
  result.json["seconds"] = seconds;
  result.json["samples_per_second"] = static_cast<double>(examples.rows()) / seconds;
  result.text = fmt::format("{} rows in {}, written to {}\n", count_text(examples.rows()), duration_text(seconds),
                            request.output.string());
  return result;
}

}  // namespace sluice::cli
