#include "sluice/nn/metrics/confusion_matrix.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/metrics/append_internal.h"

namespace sluice {
namespace {

constexpr int64_t most_classes = 1000;

class ConfusionMatrixMetric : public ParameterNamed<Metric, ConfusionMatrix> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string name() const override { return "confusion_matrix"; }
  bool rises() const override { return true; }
  void check(const Shape& output, LabelKind) const override {
    if (!output.empty() && output.back() > 1 && output.back() <= most_classes) return;
    throw invalid("confusion_matrix needs an output of [classes], 2 to " + std::to_string(most_classes) + ", got " +
                  to_string(output));
  }
  int64_t sums(const Shape& output) const override { return output.back() * output.back(); }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    append_score(plan, name(), output, [=, this, shape = plan.shape(output)](const Step& step, const float* y) {
      std::fill_n(step.sums + target.sum, sums(shape), 0.0);
      add_confusion(target.rows(step), scored_labels(step, target, shape), y, step.sums + target.sum);
    });
  }

  std::vector<std::string> names(const Shape&) const override { return {}; }
  std::vector<double> results(std::span<const double>, double) const override { return {}; }
  std::optional<ScoreTable> table(std::span<const double> sums) const override {
    return ScoreTable{name(), std::llround(std::sqrt(static_cast<double>(sums.size()))), {sums.begin(), sums.end()}};
  }
};

}  // namespace

NamedType<Metric> confusion_matrix_type() { return named_type<Metric, ConfusionMatrix, ConfusionMatrixMetric>(); }

}  // namespace sluice
