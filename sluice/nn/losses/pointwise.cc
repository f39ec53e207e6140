#include "sluice/nn/losses/pointwise.h"

#include "sluice/nn/plan_builder.h"

namespace sluice {
namespace {

/// What the mean of the unreduced function is multiplied by.
float factor_of(PointwiseLoss::Kind kind, const Shape& shape) {
  if (kind == PointwiseLoss::Kind::absolute_percentage_error) return 100;
  if (kind == PointwiseLoss::Kind::kl_divergence && !shape.empty()) return static_cast<float>(shape.back());
  return 1;
}

template <class Parameters>
class PlainLoss : public ReducedLoss<Parameters> {
 public:
  using ReducedLoss<Parameters>::ReducedLoss;
  std::string_view name() const override { return pointwise_text(Parameters::loss).name; }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    return pointwise_kernel(plan, output, name(),
                            {.kind = Parameters::loss, .factor = factor_of(Parameters::loss, plan.shape(output))});
  }
};

class HuberLoss : public ReducedLoss<Huber> {
 public:
  using ReducedLoss::ReducedLoss;
  std::string_view name() const override { return "huber"; }
  LossKernel kernel(PlanBuilder& plan, const Value& output) const override {
    return pointwise_kernel(plan, output, name(),
                            {.kind = PointwiseLoss::Kind::huber, .delta = static_cast<float>(p.delta)});
  }
};

template <class Parameters>
NamedType<Loss> plain_type(std::vector<std::string> other_names = {}) {
  return loss_type<Parameters, PlainLoss<Parameters>>(std::move(other_names));
}

}  // namespace

LossKernel pointwise_kernel(PlanBuilder& plan, Value from, std::string_view name, const PointwiseLoss& loss) {
  const Shape shape = plan.shape(from);
  const int64_t size = element_count(shape);
  return {std::string(name), plan.in(Layout::rows, from), shape.empty() ? 1 : size / shape.back(),
          [=](const ScoredRows& rows, const float* y, const Tensor& labels, float scale, float* dy) {
            return pointwise_loss(loss, rows, size, y, labels.values<float>().data(), scale, dy);
          }};
}

NamedType<Loss> mean_squared_error_type() { return plain_type<MeanSquaredError>({"mse", "MSE"}); }
NamedType<Loss> mean_absolute_error_type() { return plain_type<MeanAbsoluteError>({"mae", "MAE"}); }
NamedType<Loss> mean_absolute_percentage_error_type() {
  return plain_type<MeanAbsolutePercentageError>({"mape", "MAPE"});
}
NamedType<Loss> mean_squared_logarithmic_error_type() {
  return plain_type<MeanSquaredLogarithmicError>({"msle", "MSLE"});
}
NamedType<Loss> huber_type() { return loss_type<Huber, HuberLoss>(); }
NamedType<Loss> log_cosh_type() { return plain_type<LogCosh>({"logcosh"}); }
NamedType<Loss> poisson_type() { return plain_type<Poisson>(); }
NamedType<Loss> kl_divergence_type() {
  return plain_type<KLDivergence>({"kl_divergence", "kld", "KLD", "kullback_leibler_divergence"});
}
NamedType<Loss> hinge_type() { return plain_type<Hinge>(); }
NamedType<Loss> squared_hinge_type() { return plain_type<SquaredHinge>(); }

}  // namespace sluice
