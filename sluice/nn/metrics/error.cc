#include "sluice/nn/metrics/error.h"

#include "sluice/nn/metrics/append_internal.h"
#include "sluice/tensor/scoring.h"

namespace sluice {
namespace {

/// A mean over rows of a function of outputs and real labels.
template <class Parameters>
class ErrorMetric : public ParameterNamed<Metric, Parameters> {
 public:
  using ParameterNamed<Metric, Parameters>::ParameterNamed;
  void check(const Shape&, LabelKind labels) const override {
    if (labels == LabelKind::classes) throw invalid(this->name() + " needs real labels, not class numbers");
  }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    append_score(plan, this->name(), output,
                 [this, target, size = element_count(plan.shape(output))](const Step& step, const float* y) {
                   ScoredRows rows = step.scored_rows(target.output);
                   rows.weights = nullptr;
                   step.sums[target.sum] =
                       score(rows, size, y, step.examples->labels[target.output].template values<float>().data());
                 });
  }

 private:
  virtual double score(const ScoredRows& rows, int64_t size, const float* y, const float* targets) const = 0;
};

class AbsoluteError : public ErrorMetric<MeanAbsoluteErrorMetric> {
 public:
  using ErrorMetric::ErrorMetric;
  std::string name() const override { return "mae"; }

 private:
  double score(const ScoredRows& rows, int64_t size, const float* y, const float* targets) const override {
    return absolute_error(rows, size, y, targets);
  }
};

class SquaredError : public ErrorMetric<MeanSquaredErrorMetric> {
 public:
  using ErrorMetric::ErrorMetric;
  std::string name() const override { return "mse"; }

 private:
  double score(const ScoredRows& rows, int64_t size, const float* y, const float* targets) const override {
    return squared_error(rows, size, y, targets, 0, nullptr);
  }
};

}  // namespace

NamedType<Metric> mean_absolute_error_metric_type() {
  return named_type<Metric, MeanAbsoluteErrorMetric, AbsoluteError>({"mae", "MAE"});
}

NamedType<Metric> mean_squared_error_metric_type() {
  return named_type<Metric, MeanSquaredErrorMetric, SquaredError>({"mse", "MSE"});
}

}  // namespace sluice
