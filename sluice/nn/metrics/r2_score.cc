#include "sluice/nn/metrics/r2_score.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/metrics/append_internal.h"

namespace sluice {
namespace {

/// Of one output, from the sums of t, t² and (t - y)².
struct Fit {
  double variance;  ///< Times the rows.
  double score;

  Fit(std::span<const double> sums, double count) : variance(sums[1] - sums[0] * sums[0] / count) {
    const double raw = 1 - sums[2] / variance;
    score = std::isinf(raw) ? 0 : raw;
  }
};

class R2Metric : public ParameterNamed<Metric, R2Score> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string name() const override { return "r2_score"; }
  bool rises() const override { return true; }
  void check(const Shape& output, LabelKind labels) const override {
    if (output.size() != 1) throw invalid("r2_score needs an output of [outputs], got " + to_string(output));
    if (labels == LabelKind::classes) throw invalid("r2_score needs real labels, not class numbers");
  }
  /// The last one is the number of elements.
  int64_t sums(const Shape& output) const override { return 3 * output.back() + 1; }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    append_score(plan, name(), output, [=, shape = plan.shape(output)](const Step& step, const float* y) {
      double* sums = std::fill_n(step.sums + target.sum, 3 * shape.back(), 0.0) - 3 * shape.back();
      add_moments(target.rows(step), scored_labels(step, target, shape), y, sums);
      sums[3 * shape.back()] = static_cast<double>(step.rows * shape.back());
    });
  }

  std::vector<std::string> names(const Shape& output) const override {
    return numbered_names(name(), p.class_aggregation ? 1 : static_cast<size_t>(output.back()));
  }
  std::vector<double> results(std::span<const double> sums, double count) const override {
    std::vector<Fit> fits;
    for (size_t i = 0; i + 3 < sums.size(); i += 3) fits.emplace_back(sums.subspan(i, 3), count);
    std::vector<double> scores;
    for (const Fit& fit : fits) scores.push_back(fit.score);
    if (p.class_aggregation) scores = {aggregated(fits)};
    for (double& score : scores) score = adjusted(score, sums.back());
    return scores;
  }

 private:
  double aggregated(std::span<const Fit> fits) const {
    double sum = 0, weights = 0;
    for (const Fit& fit : fits) {
      const double weight = *p.class_aggregation == Aggregation::uniform_average ? 1 : fit.variance;
      sum += weight * fit.score;
      weights += weight;
    }
    return sum / weights;
  }
  /// Keras counts elements, not rows.
  double adjusted(double score, double elements) const {
    const auto regressors = static_cast<double>(p.num_regressors);
    if (p.num_regressors == 0 || regressors >= elements - 1) return score;
    return 1 - (1 - score) * (elements - 1) / (elements - regressors - 1);
  }
};

}  // namespace

NamedType<Metric> r2_score_type() { return named_type<Metric, R2Score, R2Metric>({"r2_score"}); }

}  // namespace sluice
