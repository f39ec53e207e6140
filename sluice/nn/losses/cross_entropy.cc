#include "sluice/nn/losses/cross_entropy.h"

#include <limits>

#include "sluice/nn/activations.h"
#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/softmax.h"
#include "sluice/tensor/vector_loss.h"

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

void check_classes(std::string_view name, const Shape& shape) {
  if (!shape.empty() && shape.back() >= 2) return;
  throw invalid(std::string(name) + " needs an output of [classes], at least 2, got " + to_string(shape));
}

/// A kernel on vectors of classes: `run(rows, vectors, classes, y, labels, scale, dy)`.
template <class Run>
LossKernel vector_kernel(PlanBuilder& plan, std::string_view name, Value from, Run run) {
  const Value y = plan.in(Layout::rows, from);
  const int64_t classes = plan.shape(y).back(), vectors = element_count(plan.shape(y)) / classes;
  return {std::string(name), y, vectors,
          [=](const ScoredRows& rows, const float* values, const Tensor& labels, float scale, float* dy) {
            return run(rows, vectors, classes, values, labels, scale, dy);
          }};
}

class SparseCrossEntropy : public ReducedLoss<SparseCategoricalCrossentropy> {
 public:
  using ReducedLoss::ReducedLoss;
  std::string_view name() const override { return "sparse_categorical_crossentropy"; }
  LabelKind label_kind() const override { return LabelKind::classes; }
  std::optional<int64_t> ignored_class() const override { return p.ignore_class; }
  void check_output(const Shape& shape) const override {
    check_classes(name(), shape);
    const bool is_mean = reduction() == Reduction::sum_over_batch_size || reduction() == Reduction::mean;
    if (p.ignore_class && !is_mean) throw invalid(std::string(name()) + ": ignore_class goes with the mean alone");
  }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    const Value softmax_of = plan.logits(output, Activation::softmax);
    const Value logits = softmax_of.id >= 0 ? softmax_of : p.from_logits ? output : build_logarithm(plan, output);
    // A label that is no int32 has been refused.
    const auto ignored = static_cast<int32_t>(p.ignore_class.value_or(std::numeric_limits<int32_t>::min()));
    return vector_kernel(plan, name(), logits,
                         [ignored](const ScoredRows& rows, int64_t vectors, int64_t classes, const float* y,
                                   const Tensor& labels, float scale, float* dy) {
                           return sparse_softmax_cross_entropy(rows, vectors, classes, y,
                                                               labels.values<int32_t>().data(), ignored, scale, dy);
                         });
  }
};

class CrossEntropy : public ReducedLoss<CategoricalCrossentropy> {
 public:
  using ReducedLoss::ReducedLoss;
  std::string_view name() const override { return "categorical_crossentropy"; }
  bool takes_one_hot() const override { return true; }
  void check_output(const Shape& shape) const override { check_classes(name(), shape); }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    const Value softmax_of = plan.logits(output, Activation::softmax);
    const bool from_logits = p.from_logits || softmax_of.id >= 0;
    return vector_kernel(
        plan, name(), softmax_of.id >= 0 ? softmax_of : output,
        [from_logits, smoothing = static_cast<float>(p.label_smoothing)](const ScoredRows& rows, int64_t vectors,
                                                                         int64_t classes, const float* y,
                                                                         const Tensor& labels, float scale, float* dy) {
          const float* targets = labels.values<float>().data();
          return from_logits ? softmax_cross_entropy(rows, vectors, classes, y, targets, smoothing, scale, dy)
                             : normalized_cross_entropy(rows, vectors, classes, y, targets, smoothing, {}, scale, dy);
        });
  }
};

/// From probabilities, as in Keras.
class FocalCrossEntropy : public ReducedLoss<CategoricalFocalCrossentropy> {
 public:
  using ReducedLoss::ReducedLoss;
  std::string_view name() const override { return "categorical_focal_crossentropy"; }
  bool takes_one_hot() const override { return true; }
  void check_output(const Shape& shape) const override { check_classes(name(), shape); }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    const Value y = p.from_logits ? build_activation(plan, output, Activation::softmax) : output;
    const Focus focus{static_cast<float>(p.alpha), static_cast<float>(p.gamma)};
    return vector_kernel(plan, name(), y,
                         [focus, smoothing = static_cast<float>(p.label_smoothing)](
                             const ScoredRows& rows, int64_t vectors, int64_t classes, const float* from,
                             const Tensor& labels, float scale, float* dy) {
                           return normalized_cross_entropy(rows, vectors, classes, from, labels.values<float>().data(),
                                                           smoothing, focus, scale, dy);
                         });
  }
};

}  // namespace

NamedType<Loss> sparse_categorical_crossentropy_type() {
  return loss_type<SparseCategoricalCrossentropy, SparseCrossEntropy>();
}

NamedType<Loss> categorical_crossentropy_type() { return loss_type<CategoricalCrossentropy, CrossEntropy>(); }

NamedType<Loss> categorical_focal_crossentropy_type() {
  return loss_type<CategoricalFocalCrossentropy, FocalCrossEntropy>();
}

}  // namespace sluice
