#include "sluice/nn/losses/similarity.h"

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/vector_loss.h"

namespace sluice {
namespace {

class CosineLoss : public ReducedLoss<CosineSimilarity> {
 public:
  using ReducedLoss::ReducedLoss;
  std::string_view name() const override { return "cosine_similarity"; }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    const int64_t size = element_count(plan.shape(output)), n = plan.shape(output).back();
    return {std::string(name()), plan.in(Layout::rows, output), size / n,
            [=](const ScoredRows& rows, const float* y, const Tensor& labels, float scale, float* dy) {
              return cosine_similarity(rows, size / n, n, y, labels.values<float>().data(), -1, scale, dy);
            }};
  }
};

class HingeLoss : public ReducedLoss<CategoricalHinge> {
 public:
  using ReducedLoss::ReducedLoss;
  std::string_view name() const override { return "categorical_hinge"; }
  bool takes_one_hot() const override { return true; }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    const int64_t size = element_count(plan.shape(output)), n = plan.shape(output).back();
    return {std::string(name()), plan.in(Layout::rows, output), size / n,
            [=](const ScoredRows& rows, const float* y, const Tensor& labels, float scale, float* dy) {
              return categorical_hinge(rows, size / n, n, y, labels.values<float>().data(), scale, dy);
            }};
  }
};

}  // namespace

NamedType<Loss> cosine_similarity_type() { return loss_type<CosineSimilarity, CosineLoss>(); }

NamedType<Loss> categorical_hinge_type() { return loss_type<CategoricalHinge, HingeLoss>(); }

}  // namespace sluice
