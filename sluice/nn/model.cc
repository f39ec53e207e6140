#include "sluice/nn/model.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "sluice/base/suggest.h"

namespace sluice {
namespace {

/// Finds the array for `name`; with a single array and a single place for it the name does not matter.
const Tensor& find(const NamedTensors& tensors, const std::string& name, size_t places, std::string_view what) {
  if (places == 1 && tensors.size() == 1) return tensors[0].second;
  std::vector<std::string> names;
  for (const auto& [given, tensor] : tensors) {
    if (given == name) return tensor;
    names.push_back(given.empty() ? "one without a name" : given);
  }
  throw invalid("no " + std::string(what) + " \"" + name + "\" in the data; it has " +
                (names.empty() ? "none" : join(names)));
}

Shape with_rows(int64_t rows, const Shape& shape) {
  Shape all{rows};
  all.insert(all.end(), shape.begin(), shape.end());
  return all;
}

Shape row_shape(const Tensor& tensor) { return {tensor.shape().begin() + 1, tensor.shape().end()}; }

Tensor bind_input(const Graph& graph, int node, const NamedTensors& inputs) {
  const std::string& name = graph.node_name(node);
  const Tensor& given = find(inputs, name, graph.inputs().size(), "input");
  const Shape& shape = graph.nodes()[node].shape;
  if (given.shape().empty()) throw invalid("input \"" + name + "\": expected rows, got a single number");
  if (element_count(row_shape(given)) != element_count(shape)) {
    throw invalid("input \"" + name + "\" takes rows of " + to_string(shape) + ", the data has rows of " +
                  to_string(row_shape(given)));
  }
  return given.reshaped(with_rows(given.rows(), shape));
}

[[noreturn]] void refuse_label(int64_t row, double value, int64_t classes) {
  const bool whole = value == std::floor(value) && std::abs(value) < 0x1p53;
  const Json shown = whole ? Json(static_cast<int64_t>(value)) : Json(value);
  const std::string text = std::isfinite(value) ? shown.dump() : "that is not finite";
  throw invalid("label " + text + " in row " + std::to_string(row) + ": expected a class number from 0 to " +
                std::to_string(classes - 1) + ", as the model has " + std::to_string(classes) + " outputs");
}

/// Class numbers below the last dimension of the output, one for each of its vectors, as int32 [rows, vectors]; one
/// more may be `ignored`.
Tensor class_numbers(const Tensor& given, const Shape& output, std::optional<int64_t> ignored = {}) {
  const int64_t classes = output.empty() ? 1 : output.back(), vectors = element_count(output) / classes;
  if (given.size() != given.rows() * vectors) {
    throw invalid("expected " + (vectors == 1 ? "one class number" : std::to_string(vectors) + " class numbers") +
                  " a row for an output of " + to_string(output) + ", the labels have rows of " +
                  to_string(row_shape(given)));
  }
  Tensor numbers(DType::int32, {given.rows(), vectors});
  auto to = numbers.values<int32_t>();
  visit(given, [&](const auto* values) {
    for (int64_t i = 0; i < given.size(); ++i) {
      const auto value = static_cast<double>(values[i]);
      const bool counts = !ignored || value != static_cast<double>(*ignored);
      if (counts && (!(value >= 0 && value < static_cast<double>(classes)) || value != std::floor(value)))
        refuse_label(i / vectors, value, classes);
      to[i] = static_cast<int32_t>(value);
    }
  });
  return numbers;
}

Tensor one_hot(const Tensor& numbers, const Shape& output) {
  Tensor result(DType::float32, with_rows(numbers.rows(), output));
  auto to = result.values<float>();
  auto from = numbers.values<int32_t>();
  for (int64_t i = 0; i < numbers.size(); ++i) to[i * output.back() + from[i]] = 1;
  return result;
}

/// Throws Error(invalid_argument) naming the first row that holds NaN or an infinity: training could only diverge.
void check_finite(const Tensor& tensor, const std::string& what) {
  if (tensor.dtype() != DType::float32 && tensor.dtype() != DType::float64) return;
  visit(tensor, [&](const auto* values) {
    for (int64_t i = 0; i < tensor.size(); ++i) {
      const auto value = static_cast<float>(values[i]);
      if (std::isfinite(value)) continue;
      const bool large = std::isfinite(static_cast<double>(values[i]));
      throw invalid(what + " has a value that is " + (large ? "too large for float32" : "not finite") + " in row " +
                    std::to_string(i / (tensor.size() / tensor.rows())));
    }
  });
}

/// Throws Error(invalid_argument) naming the first row with a label that is no probability: binary cross-entropy has
/// no minimum then.
void check_probabilities(const Tensor& tensor) {
  constexpr double slack = 1e-6;
  visit(tensor, [&](const auto* values) {
    for (int64_t i = 0; i < tensor.size(); ++i) {
      const auto value = static_cast<double>(values[i]);
      if (value >= -slack && value <= 1 + slack) continue;
      const bool whole = value == std::floor(value) && std::abs(value) < 0x1p53;
      const Json shown = whole ? Json(static_cast<int64_t>(value)) : Json(value);
      throw invalid("label " + shown.dump() + " in row " + std::to_string(i / (tensor.size() / tensor.rows())) +
                    ": expected 0, 1 or a probability between them");
    }
  });
}

Tensor bind_label(const Loss& loss, const Shape& output, const Tensor& given) {
  const int64_t size = element_count(output);
  const int64_t vectors = output.empty() ? size : size / output.back();
  if (loss.label_kind() == LabelKind::classes) return class_numbers(given, output, loss.ignored_class());
  check_finite(given, "label");
  if (loss.name().starts_with("binary_")) check_probabilities(given);
  if (given.rows() > 0 && given.size() == given.rows() * size)
    return given.cast(DType::float32).reshaped(with_rows(given.rows(), output));
  if (loss.takes_one_hot() && given.size() == given.rows() * vectors)
    return one_hot(class_numbers(given, output), output);
  const Shape row = row_shape(given);
  throw invalid("loss " + std::string(loss.name()) + " compares outputs of " + to_string(output) + " with labels of " +
                (row.empty() ? "one number" : to_string(row)) + " a row");
}

void check_rows(const Examples& examples) {
  for (const auto* tensors : {&examples.inputs, &examples.labels}) {
    for (const Tensor& tensor : *tensors) {
      if (tensor.rows() == examples.rows()) continue;
      throw invalid("inputs and labels differ in number: " + std::to_string(examples.rows()) + " and " +
                    std::to_string(tensor.rows()) + " rows");
    }
  }
  if (examples.rows() == 0) throw invalid("the data has no rows");
}

}  // namespace

Examples bind_inputs(const Graph& graph, const NamedTensors& inputs) {
  Examples examples;
  for (int node : graph.inputs()) examples.inputs.push_back(bind_input(graph, node, inputs));
  check_rows(examples);
  return examples;
}

Examples bind_examples(const Graph& graph, const CompileConfig& compile, const NamedTensors& inputs,
                       const NamedTensors& labels) {
  check_compile(graph, compile);
  Examples examples = bind_inputs(graph, inputs);
  for (size_t i = 0; i < examples.inputs.size(); ++i) {
    check_finite(examples.inputs[i], "input \"" + graph.node_name(graph.inputs()[i]) + "\"");
  }
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    const int node = graph.outputs()[i];
    const Tensor& given = find(labels, graph.node_name(node), graph.outputs().size(), "labels for output");
    if (given.shape().empty()) throw invalid("labels: expected rows, got a single number");
    examples.labels.push_back(bind_label(*compile.losses[i], graph.nodes()[node].shape, given));
  }
  check_rows(examples);
  return examples;
}

void check_compile(const Graph& graph, const CompileConfig& compile) {
  const size_t outputs = graph.outputs().size();
  if (compile.losses.size() != outputs || compile.metrics.size() != outputs) {
    throw invalid("the model has " + std::to_string(outputs) + " outputs; each needs a loss");
  }
  for (size_t i = 0; i < outputs; ++i) {
    const int node = graph.outputs()[i];
    const Shape& shape = graph.nodes()[node].shape;
    try {
      const Loss& loss = *compile.losses[i];
      loss.check_output(shape);
      for (const MetricPtr& metric : compile.metrics[i]) metric->check(shape, loss.label_kind());
      if (compile.weighted_metrics.empty()) continue;
      for (const MetricPtr& metric : compile.weighted_metrics[i]) metric->check(shape, loss.label_kind());
    } catch (const Error& error) {
      throw invalid("output \"" + graph.node_name(node) + "\": " + error.what());
    }
  }
}

}  // namespace sluice
