#include "sluice/nn/metrics/accuracy.h"

#include "sluice/nn/metrics/append_internal.h"

namespace sluice {
namespace {

/// Appends the share of elements on the right side of a threshold.
void append_binary(PlanBuilder& plan, std::string_view name, Value output, float threshold, const ScoreTarget& target) {
  append_score(plan, name, output,
               [=, size = element_count(plan.shape(output))](const Step& step, const float* values) {
                 step.sums[target.sum] = count_correct_binary(target.rows(step), size, threshold, values,
                                                              target.labels(step).values<float>().data());
               });
}

class AccuracyMetric : public ParameterNamed<Metric, Accuracy> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string name() const override { return "accuracy"; }
  bool rises() const override { return true; }
  void check(const Shape& output, LabelKind labels) const override {
    if (!output.empty() && (output.back() > 1 || labels == LabelKind::values)) return;
    throw invalid("accuracy needs an output of [classes], got " + to_string(output));
  }

  void build(PlanBuilder& plan, const Value& output, LabelKind labels, const ScoreTarget& target) const override {
    const Shape& shape = plan.shape(output);
    if (labels == LabelKind::values && shape.back() == 1) return append_binary(plan, name(), output, 0.5f, target);
    const Value logits = plan.logits(output, Activation::softmax);
    append_score(plan, name(), logits.id >= 0 ? logits : output, [=](const Step& step, const float* values) {
      step.sums[target.sum] = count_correct(target.rows(step), scored_labels(step, target, shape), values);
    });
  }
};

class BinaryAccuracyMetric : public ParameterNamed<Metric, BinaryAccuracy> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string name() const override { return "accuracy"; }
  bool rises() const override { return true; }
  void check(const Shape&, LabelKind labels) const override {
    if (labels == LabelKind::classes) throw invalid("binary_accuracy needs labels of 0 and 1, not class numbers");
  }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    append_binary(plan, "binary_accuracy", output, static_cast<float>(p.threshold), target);
  }
};

template <class Parameters, LabelKind kind>
class TopKMetric : public ParameterNamed<Metric, Parameters> {
 public:
  using ParameterNamed<Metric, Parameters>::ParameterNamed;
  std::string name() const override { return snake_case(Parameters::class_name); }
  bool rises() const override { return true; }
  void check(const Shape& output, LabelKind labels) const override {
    if (output.empty() || output.back() < 2)
      throw invalid(name() + " needs an output of [classes], got " + to_string(output));
    if (labels == kind) return;
    throw invalid(name() + (kind == LabelKind::classes ? " needs class numbers as labels"
                                                       : " needs one-hot labels, not class numbers"));
  }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    append_score(
        plan, name(), output, [=, k = this->p.k, shape = plan.shape(output)](const Step& step, const float* values) {
          step.sums[target.sum] = count_in_top(k, target.rows(step), scored_labels(step, target, shape), values);
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

NamedType<Metric> top_k_categorical_accuracy_type() {
  using Parameters = TopKCategoricalAccuracy;
  return named_type<Metric, Parameters, TopKMetric<Parameters, LabelKind::values>>();
}

NamedType<Metric> sparse_top_k_categorical_accuracy_type() {
  using Parameters = SparseTopKCategoricalAccuracy;
  return named_type<Metric, Parameters, TopKMetric<Parameters, LabelKind::classes>>();
}

}  // namespace sluice
