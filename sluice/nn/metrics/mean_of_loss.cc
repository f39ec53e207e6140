#include "sluice/nn/metrics/mean_of_loss.h"

#include <cmath>

#include "sluice/nn/losses/binary_cross_entropy.h"
#include "sluice/nn/losses/cross_entropy.h"
#include "sluice/nn/losses/pointwise.h"
#include "sluice/nn/losses/similarity.h"
#include "sluice/nn/metrics/append_internal.h"

namespace sluice {
namespace {

struct LogCoshError : LogCosh {
  static constexpr std::string_view class_name = "LogCoshError";
};

struct RootMeanSquaredError {
  static constexpr std::string_view class_name = "RootMeanSquaredError";
  static constexpr std::string_view doc = "Square root of the mean squared error.";
  static constexpr auto fields() { return std::tuple{}; }
};

/// The mean over rows of a loss.
template <class Parameters>
class MeanOfLoss : public ParameterNamed<Metric, Parameters> {
 public:
  explicit MeanOfLoss(const Parameters& parameters, std::string_view loss_class = Parameters::class_name)
      : ParameterNamed<Metric, Parameters>(parameters), loss_(make_named<Loss>(loss_class, write_fields(parameters))) {}

  std::string name() const override { return std::string(loss_->name()); }
  bool rises() const override { return false; }
  void check(const Shape& output, LabelKind labels) const override {
    loss_->check_output(output);
    if (labels == loss_->label_kind()) return;
    throw invalid(name() + (labels == LabelKind::classes ? " needs real labels, not class numbers"
                                                         : " needs class numbers as labels"));
  }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    const LossKernel kernel = loss_->kernel(plan, output);
    append_score(plan, name(), kernel.from, [=](const Step& step, const float* y) {
      step.sums[target.sum] = kernel.run(target.rows(step), y, target.labels(step), 0, nullptr);
    });
  }

 private:
  LossPtr loss_;
};

class LogCoshMetric : public MeanOfLoss<LogCoshError> {
 public:
  explicit LogCoshMetric(const LogCoshError& parameters) : MeanOfLoss(parameters, LogCosh::class_name) {}
  std::string name() const override { return "log_cosh_error"; }
};

class RootMetric : public MeanOfLoss<RootMeanSquaredError> {
 public:
  explicit RootMetric(const RootMeanSquaredError& parameters) : MeanOfLoss(parameters, MeanSquaredError::class_name) {}
  std::string name() const override { return "root_mean_squared_error"; }
  double result(std::span<const double> sums, double count) const override {
    return std::sqrt(MeanOfLoss::result(sums, count));
  }
};

/// As a metric it has not been negated.
class CosineMetric : public MeanOfLoss<CosineSimilarity> {
 public:
  using MeanOfLoss::MeanOfLoss;
  bool rises() const override { return true; }
  double result(std::span<const double> sums, double count) const override { return -MeanOfLoss::result(sums, count); }
};

template <class Parameters>
NamedType<Metric> mean_type(std::vector<std::string> other_names = {}) {
  return named_type<Metric, Parameters, MeanOfLoss<Parameters>>(std::move(other_names));
}

}  // namespace

std::vector<NamedType<Metric>> mean_of_loss_types() {
  return {mean_type<MeanAbsoluteError>({"mae", "MAE"}),
          mean_type<MeanSquaredError>({"mse", "MSE"}),
          named_type<Metric, RootMeanSquaredError, RootMetric>({"rmse", "RMSE"}),
          mean_type<MeanAbsolutePercentageError>({"mape", "MAPE"}),
          mean_type<MeanSquaredLogarithmicError>({"msle", "MSLE"}),
          named_type<Metric, LogCoshError, LogCoshMetric>({"logcosh"}),
          named_type<Metric, CosineSimilarity, CosineMetric>(),
          mean_type<KLDivergence>({"kl_divergence", "kld", "KLD", "kullback_leibler_divergence"}),
          mean_type<Poisson>(),
          mean_type<Hinge>(),
          mean_type<SquaredHinge>(),
          mean_type<CategoricalHinge>(),
          mean_type<BinaryCrossentropy>({"bce", "BCE"}),
          mean_type<CategoricalCrossentropy>(),
          mean_type<SparseCategoricalCrossentropy>()};
}

}  // namespace sluice
