#include "sluice/nn/metrics/f_score.h"

#include <algorithm>
#include <numeric>

#include "sluice/nn/metrics/append_internal.h"

namespace sluice {
namespace {

/// Of one class.
struct ClassCounts {
  static constexpr double epsilon = 1e-7;
  double true_positives = 0, false_positives = 0, false_negatives = 0;

  double score(double beta) const {
    const double precision = true_positives / (true_positives + false_positives + epsilon);
    const double recall = true_positives / (true_positives + false_negatives + epsilon);
    return precision * recall / (beta * beta * precision + recall + epsilon) * (1 + beta * beta);
  }
  double labels() const { return true_positives + false_negatives; }
};

std::vector<ClassCounts> class_counts_of(std::span<const double> sums) {
  std::vector<ClassCounts> counts;
  for (size_t i = 0; i < sums.size(); i += 3) counts.push_back({sums[i], sums[i + 1], sums[i + 2]});
  return counts;
}

ClassCounts total_of(std::span<const ClassCounts> counts) {
  ClassCounts total;
  for (const ClassCounts& of_class : counts) {
    total.true_positives += of_class.true_positives;
    total.false_positives += of_class.false_positives;
    total.false_negatives += of_class.false_negatives;
  }
  return total;
}

template <class Parameters>
class FScoreMetric : public ParameterNamed<Metric, Parameters> {
 public:
  using ParameterNamed<Metric, Parameters>::ParameterNamed;
  std::string name() const override { return snake_case(Parameters::class_name); }
  bool rises() const override { return true; }
  void check(const Shape& output, LabelKind) const override {
    if (output.size() != 1) throw invalid(name() + " needs an output of [classes], got " + to_string(output));
  }
  int64_t sums(const Shape& output) const override { return 3 * output.back(); }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    std::optional<float> threshold;
    if (this->p.threshold) threshold = static_cast<float>(*this->p.threshold);
    append_score(plan, name(), output, [=, shape = plan.shape(output)](const Step& step, const float* y) {
      std::fill_n(step.sums + target.sum, 3 * shape.back(), 0.0);
      add_class_counts(target.rows(step), scored_labels(step, target, shape), threshold, y, step.sums + target.sum);
    });
  }

  std::vector<std::string> names(const Shape& output) const override {
    return numbered_names(name(), this->p.average ? 1 : static_cast<size_t>(output.back()));
  }
  std::vector<double> results(std::span<const double> sums, double) const override {
    const std::vector<ClassCounts> counts = class_counts_of(sums);
    std::vector<double> scores;
    for (const ClassCounts& of_class : counts) scores.push_back(of_class.score(beta()));
    if (!this->p.average) return scores;
    const ClassCounts total = total_of(counts);
    if (*this->p.average == Average::micro) return {total.score(beta())};
    if (*this->p.average == Average::macro)
      return {std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size())};
    double sum = 0;
    for (size_t i = 0; i < scores.size(); ++i)
      sum += scores[i] * counts[i].labels() / (total.labels() + ClassCounts::epsilon);
    return {sum};
  }

 private:
  double beta() const {
    if constexpr (requires { this->p.beta; }) return this->p.beta;
    return 1;
  }
};

}  // namespace

NamedType<Metric> f_beta_score_type() {
  return named_type<Metric, FBetaScore, FScoreMetric<FBetaScore>>({"fbeta_score"});
}

NamedType<Metric> f1_score_type() { return named_type<Metric, F1Score, FScoreMetric<F1Score>>({"f1_score"}); }

}  // namespace sluice
