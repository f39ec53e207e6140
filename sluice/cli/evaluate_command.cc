#include "sluice/cli/evaluate_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "sluice/cli/interrupt.h"
#include "sluice/cli/model_data.h"
#include "sluice/cli/text.h"
#include "sluice/formats/keras_file.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/open_inputs.h"

namespace sluice::cli {
namespace {

bool holds_integers(const Tensor& tensor) {
  return tensor.dtype() != DType::float32 && tensor.dtype() != DType::float64;
}

/// The losses and metrics for a model that was saved without: by the labels.
CompileConfig suiting(const Graph& graph, const NamedTensors& labels) {
  CompileConfig compile;
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    bool classes = i < labels.size() && holds_integers(labels[i].second);
    compile.losses.push_back(find_loss(classes ? "sparse_categorical_crossentropy" : "mse"));
    compile.metrics.push_back({find_metric(classes ? "accuracy" : "mae")});
  }
  return compile;
}

/// Throws when the file tells how to score the model, but in a way that is not supported: a guess would be no answer.
void check_scorable(const Model& model, const EvaluateRequest& request) {
  const Json* reason = model.facts.is_object() ? model.facts.find("compile_dropped") : nullptr;
  if (model.compile || reason == nullptr || !request.loss.empty()) return;
  throw invalid(request.model.string() + ": what it was compiled with cannot be used here: " + value_text(*reason) +
                "; give --loss (and --metrics)");
}

CompileConfig chosen(const Model& model, const NamedTensors& labels, const EvaluateRequest& request) {
  bool own = model.compile && !model.compile->losses.empty();
  CompileConfig compile = own ? *model.compile : suiting(model.graph, labels);
  if (!request.loss.empty()) {
    for (LossPtr& loss : compile.losses) loss = find_loss(request.loss);
    auto suits = [](const LossPtr& loss) {
      return find_metric(loss->label_kind() == LabelKind::classes ? "accuracy" : "mae");
    };
    for (size_t i = 0; !own && i < compile.losses.size(); ++i) compile.metrics[i] = {suits(compile.losses[i])};
  }
  if (!request.metrics.empty()) {
    std::vector<MetricPtr> metrics;
    for (const std::string& name : request.metrics) metrics.push_back(find_metric(name));
    for (auto& list : compile.metrics) list = metrics;
  }
  return compile;
}

Json table_json(const ScoreTable& table) {
  Json rows = Json::array();
  for (size_t i = 0; i < table.counts.size(); ++i) {
    if (i % static_cast<size_t>(table.classes) == 0) rows.push_back(Json::array());
    rows.as_array().back().push_back(std::llround(table.counts[i]));
  }
  return rows;
}

/// A row for each label, a column for each class it was taken for.
std::string table_text(const ScoreTable& table) {
  int64_t largest = table.classes;
  for (double count : table.counts) largest = std::max<int64_t>(largest, std::llround(count));
  const size_t width = std::to_string(largest).size() + 2;
  std::string text = table.name + " (rows: label, columns: output)\n" + std::string(width, ' ');
  for (int64_t i = 0; i < table.classes; ++i) text += fmt::format("{:>{}}", i, width);
  for (size_t i = 0; i < table.counts.size(); ++i) {
    const size_t row = i / static_cast<size_t>(table.classes);
    if (i % static_cast<size_t>(table.classes) == 0) text += fmt::format("\n{:>{}}", row, width);
    text += fmt::format("{:>{}}", std::llround(table.counts[i]), width);
  }
  return text + "\n";
}

std::string result_text(const Scores& scores, std::span<const ScoreTable> tables, int64_t rows, double seconds) {
  std::string text;
  size_t width = 10;
  for (const auto& [name, value] : scores) width = std::max(width, text_width(name));
  for (const auto& [name, value] : scores) text += fmt::format("{:<{}} {:.6g}\n", name, width, value);
  for (const ScoreTable& table : tables) text += table_text(table);
  return text + fmt::format("{} rows in {}\n", count_text(rows), duration_text(seconds));
}

}  // namespace

CommandResult run_evaluate(const EvaluateRequest& request, const CommonOptions& common, Progress& progress) {
  Model model = load_model(request.model);
  check_scorable(model, request);
  check_interrupt();
  Dataset data = load_model_data(model.graph, request.source, common);
  check_interrupt();
  if (data.labels.empty())
    throw invalid("evaluate: " + request.source.data[0] +
                  " has no labels; give them with --labels FILE, or as array y of an .npz file");
  model.graph = bound_graph(model.graph, data.inputs);
  CompileConfig compile = chosen(model, data.labels, request);
  check_compile(model.graph, compile);
  Examples examples =
      bind_source(request.source, [&] { return bind_examples(model.graph, compile, data.inputs, data.labels); });
  progress.show([&] { return std::vector<std::string>{"evaluating " + count_text(examples.rows()) + " rows"}; });
  auto start = std::chrono::steady_clock::now();
  std::vector<ScoreTable> tables;
  Scores scores =
      evaluate(model.graph, model.weights, compile, examples, {inference_threads(), &watch_interrupts()}, &tables);
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  progress.hide();
  CommandResult result;
  for (const auto& [name, value] : scores) result.json[name] = value;
  for (const ScoreTable& table : tables) result.json[table.name] = table_json(table);
  result.json["rows"] = examples.rows();
  result.json["model"] = request.model.string();
  result.json["seconds"] = seconds;
  result.json["samples_per_second"] = static_cast<double>(examples.rows()) / seconds;
  result.text = result_text(scores, tables, examples.rows(), seconds);
  return result;
}

}  // namespace sluice::cli
