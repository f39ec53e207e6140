#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/nn/layer.h"
#include "sluice/nn/loss.h"

namespace sluice {

/// A metric that is the mean over rows of a number computed from output and label.
class Metric {
 public:
  virtual ~Metric() = default;
  /// The name in experiment files, results and Keras, such as "accuracy".
  virtual std::string_view name() const = 0;
  virtual std::string_view doc() const = 0;
  /// Throws Error(invalid_argument) when the metric has no meaning for such an output and labels.
  virtual void check(const Shape& output, LabelKind labels) const = 0;
  /// Appends the call that adds the value of every row to sum `sum`.
  virtual void build(PlanBuilder& plan, const Value& output, LabelKind labels, int label, int sum) const = 0;
};

using MetricPtr = std::shared_ptr<const Metric>;

/// Every metric.
const std::vector<MetricPtr>& metrics();

/// Returns the metric with this name; Keras' longer names for the same thing (sparse_categorical_accuracy,
/// mean_absolute_error) are read too. Throws Error(invalid_argument) with the nearest known name.
MetricPtr find_metric(std::string_view name);

}  // namespace sluice
