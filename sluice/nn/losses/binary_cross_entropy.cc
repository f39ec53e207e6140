#include "sluice/nn/losses/binary_cross_entropy.h"

#include "sluice/nn/losses/pointwise.h"
#include "sluice/nn/plan_builder.h"

namespace sluice {
namespace {

/// The kernel on what a sigmoid was applied to, where the output is one.
LossKernel binary_kernel(PlanBuilder& plan, Value output, std::string_view name, PointwiseLoss loss) {
  const Value logits = plan.logits(output, Activation::sigmoid);
  loss.from_logits = loss.from_logits || logits.id >= 0;
  return pointwise_kernel(plan, logits.id >= 0 ? logits : output, name, loss);
}

class BinaryLoss : public ReducedLoss<BinaryCrossentropy> {
 public:
  using ReducedLoss::ReducedLoss;
  std::string_view name() const override { return "binary_crossentropy"; }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    return binary_kernel(plan, output, name(),
                         {.kind = PointwiseLoss::Kind::binary_cross_entropy,
                          .from_logits = p.from_logits,
                          .smoothing = static_cast<float>(p.label_smoothing)});
  }
};

class FocalLoss : public ReducedLoss<BinaryFocalCrossentropy> {
 public:
  using ReducedLoss::ReducedLoss;
  std::string_view name() const override { return "binary_focal_crossentropy"; }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    return binary_kernel(plan, output, name(),
                         {.kind = PointwiseLoss::Kind::binary_focal,
                          .from_logits = p.from_logits,
                          .smoothing = static_cast<float>(p.label_smoothing),
                          .gamma = static_cast<float>(p.gamma),
                          .balanced = p.apply_class_balancing,
                          .alpha = static_cast<float>(p.alpha)});
  }
};

}  // namespace

NamedType<Loss> binary_crossentropy_type() { return loss_type<BinaryCrossentropy, BinaryLoss>({"bce", "BCE"}); }

NamedType<Loss> binary_focal_crossentropy_type() { return loss_type<BinaryFocalCrossentropy, FocalLoss>(); }

}  // namespace sluice
