#include "sluice/experiment/label_sizes.h"

#include "sluice/experiment/document.h"

namespace sluice {
namespace {

const Tensor* find_labels(const Dataset& rows, const std::string& output, size_t outputs) {
  for (const auto& [name, tensor] : rows.labels) {
    const bool alone = outputs == 1 && rows.labels.size() == 1;
    if ((alone || name == output) && !tensor.shape().empty() && tensor.rows() > 0) return &tensor;
  }
  return nullptr;
}

std::string row_text(const Tensor& labels) {
  const Shape row(labels.shape().begin() + 1, labels.shape().end());
  return row.empty() ? "one number a row" : to_string(row) + " a row";
}

/// Most often the outputs are meant to be one vector.
std::string flatten_hint(const Shape& output, int64_t row) {
  return output.size() > 1 && (row == 1 || row == output.back()) ? "; or add Flatten before the last layer" : "";
}

/// Says what labels the loss expects where it cannot compare these; else "".
std::string expected_labels(const Loss& loss, const Shape& output, const Tensor& labels) {
  const int64_t row = labels.size() / labels.rows();
  const int64_t size = element_count(output);
  const int64_t vectors = output.empty() ? 1 : size / output.back();
  const std::string numbers = vectors == 1 ? "one class number" : std::to_string(vectors) + " class numbers";
  if (loss.label_kind() == LabelKind::classes)
    return row == vectors ? "" : numbers + " a row" + flatten_hint(output, row);
  if (row == size || (loss.takes_one_hot() && row == vectors)) return "";
  const std::string hint = row == vectors ? "; for class numbers take sparse_categorical_crossentropy" : "";
  return to_string(output) + " a row" + (hint.empty() ? flatten_hint(output, row) : hint);
}

}  // namespace

void check_label_sizes(const TrialPlan& plan, const Dataset& rows) {
  const std::vector<int>& outputs = plan.graph.outputs();
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::string& name = plan.graph.node_name(outputs[i]);
    const Shape& shape = plan.graph.nodes()[static_cast<size_t>(outputs[i])].shape;
    const Tensor* labels = find_labels(rows, name, outputs.size());
    if (labels == nullptr || shape.empty()) continue;
    const std::string expected = expected_labels(*plan.compile.losses[i], shape, *labels);
    if (expected.empty()) continue;
    throw PathError(join_path("/fit/loss", name), "loss " + std::string(plan.compile.losses[i]->name()) +
                                                      " compares outputs of " + to_string(shape) + " with labels of " +
                                                      row_text(*labels) + "; expected " + expected);
  }
}

}  // namespace sluice
