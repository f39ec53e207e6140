#pragma once

#include "sluice/nn/loss.h"
#include "sluice/tensor/pointwise_loss.h"

namespace sluice {

/// What Keras calls a loss of single elements, its short name, and what it is.
struct PointwiseText {
  std::string_view class_name, name, doc;
};

constexpr PointwiseText pointwise_text(PointwiseLoss::Kind kind) {
  using enum PointwiseLoss::Kind;
  switch (kind) {
    case squared_error: return {"MeanSquaredError", "mse", "Mean squared error."};
    case absolute_error: return {"MeanAbsoluteError", "mae", "Mean absolute error."};
    case absolute_percentage_error:
      return {"MeanAbsolutePercentageError", "mape", "Mean absolute error in percent of the label."};
    case squared_logarithmic_error:
      return {"MeanSquaredLogarithmicError", "msle", "Mean squared error of the logarithms of 1 + the values."};
    case log_cosh: return {"LogCosh", "log_cosh", "Logarithm of the hyperbolic cosine of the error."};
    case poisson: return {"Poisson", "poisson", "Negative log likelihood of counts: y - t · log(y)."};
    case kl_divergence: return {"KLDivergence", "kl_divergence", "Kullback-Leibler divergence of distributions."};
    case hinge: return {"Hinge", "hinge", "max(0, 1 - y · t) for labels -1 and 1, or 0 and 1."};
    case squared_hinge: return {"SquaredHinge", "squared_hinge", "max(0, 1 - y · t)² for labels -1 and 1, or 0 and 1."};
    default: return {};
  }
}

/// A loss of single elements without parameters: the mean over the last dimension, of KLDivergence the sum.
template <PointwiseLoss::Kind kind>
struct Pointwise {
  static constexpr PointwiseLoss::Kind loss = kind;
  static constexpr std::string_view class_name = pointwise_text(kind).class_name;
  static constexpr std::string_view doc = pointwise_text(kind).doc;
  static constexpr auto fields() { return std::tuple{}; }
};

using MeanSquaredError = Pointwise<PointwiseLoss::Kind::squared_error>;
using MeanAbsoluteError = Pointwise<PointwiseLoss::Kind::absolute_error>;
using MeanAbsolutePercentageError = Pointwise<PointwiseLoss::Kind::absolute_percentage_error>;
using MeanSquaredLogarithmicError = Pointwise<PointwiseLoss::Kind::squared_logarithmic_error>;
using LogCosh = Pointwise<PointwiseLoss::Kind::log_cosh>;
using Poisson = Pointwise<PointwiseLoss::Kind::poisson>;
using KLDivergence = Pointwise<PointwiseLoss::Kind::kl_divergence>;
using Hinge = Pointwise<PointwiseLoss::Kind::hinge>;
using SquaredHinge = Pointwise<PointwiseLoss::Kind::squared_hinge>;

/// Quadratic near the label, linear beyond delta.
struct Huber {
  double delta = 1;

  static constexpr std::string_view class_name = "Huber";
  static constexpr std::string_view doc = "Half the squared error up to delta, linear beyond.";
  static constexpr auto fields() {
    return std::tuple{field("delta", &Huber::delta, above(0), "error from which on it is linear")};
  }
};

NamedType<Loss> mean_squared_error_type();
NamedType<Loss> mean_absolute_error_type();
NamedType<Loss> mean_absolute_percentage_error_type();
NamedType<Loss> mean_squared_logarithmic_error_type();
NamedType<Loss> huber_type();
NamedType<Loss> log_cosh_type();
NamedType<Loss> poisson_type();
NamedType<Loss> kl_divergence_type();
NamedType<Loss> hinge_type();
NamedType<Loss> squared_hinge_type();

/// The kernel of a pointwise loss on the rows of a value.
LossKernel pointwise_kernel(PlanBuilder& plan, Value from, std::string_view name, const PointwiseLoss& loss);

}  // namespace sluice
