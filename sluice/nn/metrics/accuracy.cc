#include "sluice/nn/metrics/accuracy.h"

#include "sluice/nn/metrics/append_internal.h"
#include "sluice/tensor/scoring.h"

namespace sluice {
namespace {

class AccuracyMetric : public ParameterNamed<Metric, Accuracy> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string name() const override { return "accuracy"; }
  void check(const Shape& output, LabelKind labels) const override {
    if (!output.empty() && (output.back() > 1 || labels == LabelKind::values)) return;
    throw invalid("accuracy needs an output of [classes], got " + to_string(output));
  }

  void build(PlanBuilder& plan, const Value& output, LabelKind labels, const ScoreTarget& target) const override {
    const Value logits = plan.logits(output, Activation::softmax);
    const Value y = logits.id >= 0 ? logits : output;
    const int64_t classes = plan.shape(y).back(), vectors = element_count(plan.shape(y)) / classes;
    append_score(plan, name(), y, [=](const Step& step, const float* values) {
      const Tensor& given = step.examples->labels[target.output];
      const ScoredRows rows = step.scored_rows(target.output);
      double& sum = step.sums[target.sum];
      if (labels == LabelKind::classes) {
        sum = count_correct(rows, vectors, classes, values, given.values<int32_t>().data());
      } else if (classes > 1) {
        sum = count_correct(rows, vectors, classes, values, given.values<float>().data());
      } else {
        sum = count_correct_binary(rows, vectors, 0.5f, values, given.values<float>().data());
      }
    });
  }
};

class BinaryAccuracyMetric : public ParameterNamed<Metric, BinaryAccuracy> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string name() const override { return "accuracy"; }
  void check(const Shape&, LabelKind labels) const override {
    if (labels == LabelKind::classes) throw invalid("binary_accuracy needs labels of 0 and 1, not class numbers");
  }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    append_score(plan, "binary_accuracy", output,
                 [=, size = element_count(plan.shape(output)), threshold = static_cast<float>(p.threshold)](
                     const Step& step, const float* values) {
                   const Tensor& labels = step.examples->labels[target.output];
                   step.sums[target.sum] = count_correct_binary(step.scored_rows(target.output), size, threshold,
                                                                values, labels.values<float>().data());
                 });
  }
};

}  // namespace

NamedType<Metric> binary_accuracy_type() { return named_type<Metric, BinaryAccuracy, BinaryAccuracyMetric>(); }

NamedType<Metric> accuracy_type() {
  return named_type<Metric, Accuracy, AccuracyMetric>({"acc", "sparse_categorical_accuracy",
                                                       "SparseCategoricalAccuracy", "categorical_accuracy",
                                                       "CategoricalAccuracy"});
}

}  // namespace sluice
