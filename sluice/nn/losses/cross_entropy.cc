#include "sluice/nn/losses/cross_entropy.h"

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/softmax.h"

namespace sluice {
namespace {

/// Appends z = log(p), where probabilities come without logits.
Value build_logarithm(PlanBuilder& plan, Value output) {
  const Value p = plan.in(Layout::rows, output);
  const int64_t size = element_count(plan.shape(p));
  const Value z = plan.value(plan.shape(p), Layout::rows, {&p, 1});
  plan.call({.kernel = "log",
             .reads = {plan.data(p)},
             .writes = {plan.data(z)},
             .run = [=, from = plan.data(p), to = plan.data(z)](const Step& step) {
               log_probabilities(step.rows * size, step[from], step[to]);
             }});
  plan.backward([=, &plan] {
    const Buffer dz = plan.gradient(z);
    if (!dz || !plan.needs_gradient(p)) return;
    const Buffer dp = plan.gradient_target(p);
    plan.call({.kernel = "log backward",
               .reads = {plan.data(p), dz},
               .writes = {dp},
               .run = [=, from = plan.data(p)](const Step& step) {
                 log_probabilities_backward(step.rows * size, step[from], step[dz], step[dp]);
               }});
  });
  return z;
}

/// The logits of an output: itself, what its softmax was applied to, or the logarithm of its probabilities.
Value logits_of(PlanBuilder& plan, Value output, bool from_logits) {
  if (from_logits) return plan.in(Layout::rows, output);
  const Value logits = plan.logits(output, Activation::softmax);
  return logits.id >= 0 ? logits : build_logarithm(plan, output);
}

void check_classes(std::string_view name, const Shape& shape) {
  if (!shape.empty() && shape.back() >= 2) return;
  throw invalid(std::string(name) + " needs an output of [classes], at least 2, got " + to_string(shape));
}

/// Scores `logits` [vectors, classes] of each row; writes their gradient when `dlogits` is not null.
using Kernel = std::function<double(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                                    const Tensor& labels, float scale, float* dlogits)>;

void build_cross_entropy(PlanBuilder& plan, std::string_view name, Value logits, const ScoreTarget& target,
                         Kernel kernel) {
  const int64_t classes = plan.shape(logits).back();
  const int64_t vectors = element_count(plan.shape(logits)) / classes;
  const Buffer gradient = plan.needs_gradient(logits) ? plan.gradient_target(logits) : Buffer{};
  plan.call({.kernel = std::string(name),
             .reads = {plan.data(logits)},
             .writes = gradient ? std::vector{gradient} : std::vector<Buffer>{},
             .effect = true,
             .run = [=, from = plan.data(logits), kernel = std::move(kernel)](const Step& step) {
               step.sums[target.sum] = kernel(step.scored_rows(target.output), vectors, classes, step[from],
                                              step.examples->labels[target.output], target.gradient_scale(step),
                                              gradient ? step[gradient] : nullptr);
             }});
}

class SparseCrossEntropy : public ParameterNamed<Loss, SparseCategoricalCrossentropy> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string_view name() const override { return "sparse_categorical_crossentropy"; }
  LabelKind label_kind() const override { return LabelKind::classes; }
  void check_output(const Shape& shape) const override { check_classes(name(), shape); }
  void build(PlanBuilder& plan, const Value& output, const ScoreTarget& target) const override {
    build_cross_entropy(plan, name(), logits_of(plan, output, p.from_logits), target,
                        [](const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                           const Tensor& labels, float scale, float* dlogits) {
                          return sparse_softmax_cross_entropy(rows, vectors, classes, logits,
                                                              labels.values<int32_t>().data(), scale, dlogits);
                        });
  }
};

class CrossEntropy : public ParameterNamed<Loss, CategoricalCrossentropy> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string_view name() const override { return "categorical_crossentropy"; }
  LabelKind label_kind() const override { return LabelKind::values; }
  bool takes_one_hot() const override { return true; }
  void check_output(const Shape& shape) const override { check_classes(name(), shape); }
  void build(PlanBuilder& plan, const Value& output, const ScoreTarget& target) const override {
    build_cross_entropy(plan, name(), logits_of(plan, output, p.from_logits), target,
                        [smoothing = static_cast<float>(p.label_smoothing)](
                            const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                            const Tensor& labels, float scale, float* dlogits) {
                          return softmax_cross_entropy(rows, vectors, classes, logits, labels.values<float>().data(),
                                                       smoothing, scale, dlogits);
                        });
  }
};

}  // namespace

NamedType<Loss> sparse_categorical_crossentropy_type() {
  return named_type<Loss, SparseCategoricalCrossentropy, SparseCrossEntropy>();
}

NamedType<Loss> categorical_crossentropy_type() { return named_type<Loss, CategoricalCrossentropy, CrossEntropy>(); }

}  // namespace sluice
