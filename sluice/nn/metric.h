#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/nn/layer.h"
#include "sluice/nn/loss.h"

namespace sluice {

/// A number computed from outputs and labels. A plan adds up sums over rows; the result follows from these.
class Metric : public Named {
 public:
  /// The name in experiment files and results, such as "accuracy".
  virtual std::string name() const = 0;

  /// Throws Error(invalid_argument) when the metric has no meaning for such an output and labels.
  virtual void check(const Shape& output, LabelKind labels) const = 0;

  /// How many sums it needs.
  virtual int64_t sums(const Shape& output) const;

  /// Appends the calls that add to the sums.
  virtual void build(PlanBuilder& plan, const Value& output, LabelKind labels, const ScoreTarget& target) const = 0;

  /// The value after `rows` rows; by default the mean of the only sum.
  virtual double result(std::span<const double> sums, double rows) const;
};

using MetricPtr = std::shared_ptr<const Metric>;

constexpr std::string_view kind_name(const Metric*) { return "metric"; }
constexpr std::string_view keras_module(const Metric*) { return "keras.metrics"; }

/// Every metric.
const std::vector<NamedType<Metric>>& named_types(const Metric*);

/// Returns the metric with this name and its defaults. Throws Error(invalid_argument) with the nearest known name.
MetricPtr find_metric(std::string_view name);

}  // namespace sluice
