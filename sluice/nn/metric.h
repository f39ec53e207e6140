#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/nn/layer.h"
#include "sluice/nn/loss.h"

namespace sluice {

/// A square table of counts that evaluation reports beside the scores.
struct ScoreTable {
  std::string name;
  int64_t classes = 0;
  std::vector<double> counts;  ///< [classes, classes]: of label (row) and output (column).
};

/// Numbers computed from outputs and labels. A plan adds up sums over rows; the results follow from these.
class Metric : public Named {
 public:
  /// The name in experiment files and results, such as "accuracy".
  virtual std::string name() const = 0;

  /// Whether more is better.
  virtual bool rises() const = 0;

  /// Throws Error(invalid_argument) when the metric has no meaning for such an output and labels.
  virtual void check(const Shape& output, LabelKind labels) const = 0;

  /// How many sums it needs.
  virtual int64_t sums(const Shape& output) const;

  /// Appends the calls that write the sums over the batch; these start at zero.
  virtual void build(PlanBuilder& plan, const Value& output, LabelKind labels, const ScoreTarget& target) const = 0;

  /// The names of its numbers; by default its own alone.
  virtual std::vector<std::string> names(const Shape& output) const;

  /// The numbers after rows that count `count` together (their number, or the sum of their weights); by default
  /// `result`.
  virtual std::vector<double> results(std::span<const double> sums, double count) const;

  /// The number of a metric with one; by default the mean of the only sum.
  virtual double result(std::span<const double> sums, double count) const;

  /// A table, of a metric that reports one.
  virtual std::optional<ScoreTable> table(std::span<const double> sums) const;
};

using MetricPtr = std::shared_ptr<const Metric>;

constexpr std::string_view kind_name(const Metric*) { return "metric"; }
constexpr std::string_view keras_module(const Metric*) { return "keras.metrics"; }

/// Every metric.
const std::vector<NamedType<Metric>>& named_types(const Metric*);

/// Returns the metric with this name and its defaults. Throws Error(invalid_argument) with the nearest known name.
MetricPtr find_metric(std::string_view name);

/// "name" alone, or "name_0", "name_1", … for several.
std::vector<std::string> numbered_names(const std::string& name, size_t count);

}  // namespace sluice
