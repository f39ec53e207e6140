#include "sluice/experiment/row_weights.h"

#include <algorithm>
#include <cmath>

#include "sluice/experiment/training.h"

namespace sluice {
namespace {

/// The weights in the data for an output: those of its own name before those of all.
const Tensor* find_weights(const Dataset& rows, const std::string& output) {
  const Tensor* found = nullptr;
  for (const auto& [name, tensor] : rows.weights) {
    if (name == output) return &tensor;
    if (name.empty()) found = &tensor;
  }
  return found;
}

Tensor checked_weights(const Tensor& given, int64_t rows) {
  if (given.size() != rows)
    throw invalid("sample_weight: expected one number a row, got rows of " + to_string(given.shape()));
  const Tensor weights = given.cast(DType::float32).reshaped({rows});
  const auto values = weights.values<float>();
  for (int64_t row = 0; row < rows; ++row) {
    if (std::isfinite(values[row]) && values[row] >= 0) continue;
    throw invalid("sample_weight: expected finite numbers >= 0, got " + Json(static_cast<double>(values[row])).dump() +
                  " in row " + std::to_string(row));
  }
  return weights;
}

/// The class of a row's label.
int64_t class_of(const Tensor& labels, int64_t row) {
  const int64_t size = labels.size() / labels.rows();
  if (labels.dtype() == DType::int32) return labels.values<int32_t>()[row];
  const float* values = labels.values<float>().data() + row * size;
  return size == 1 ? std::llround(values[0]) : std::max_element(values, values + size) - values;
}

void weigh_classes(const ClassWeights& classes, const Tensor& labels, Tensor& weights) {
  const int64_t size = labels.size() / labels.rows();
  if (labels.dtype() == DType::int32 && size != 1)
    throw invalid("class_weight: expected one label a row, the labels have " + std::to_string(size));
  auto values = weights.values<float>();
  for (int64_t row = 0; row < labels.rows(); ++row) {
    const auto found = classes.find(class_of(labels, row));
    if (found != classes.end()) values[row] *= static_cast<float>(found->second);
  }
}

Tensor weights_of(const Tensor* given, const ClassWeights& classes, const Tensor& labels) {
  if (given == nullptr && classes.empty()) return {};
  Tensor weights(DType::float32, {labels.rows()});
  std::ranges::fill(weights.values<float>(), 1.0f);
  if (given != nullptr) std::ranges::copy(checked_weights(*given, labels.rows()).bytes(), weights.bytes().begin());
  if (!classes.empty()) weigh_classes(classes, labels, weights);
  return weights;
}

}  // namespace

Examples bind_training_rows(const TrialPlan& plan, const Dataset& rows) {
  Examples examples = bind_rows(plan, rows);
  if (rows.weights.empty() && plan.class_weights.empty()) return examples;
  for (size_t i = 0; i < examples.labels.size(); ++i) {
    const std::string& output = plan.graph.node_name(plan.graph.outputs()[i]);
    const ClassWeights classes = plan.class_weights.empty() ? ClassWeights{} : plan.class_weights[i];
    examples.weights.push_back(weights_of(find_weights(rows, output), classes, examples.labels[i]));
  }
  return examples;
}

}  // namespace sluice
