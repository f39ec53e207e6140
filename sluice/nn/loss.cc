#include "sluice/nn/loss.h"

#include "sluice/nn/losses/binary_cross_entropy.h"
#include "sluice/nn/losses/cross_entropy.h"
#include "sluice/nn/losses/pointwise.h"
#include "sluice/nn/losses/similarity.h"
#include "sluice/nn/plan_builder.h"

namespace sluice {
namespace {

/// By what a reduction differs from the mean over all rows and the values of each.
double reduction_factor(Reduction reduction, const ScoredRows& rows, int64_t vectors) {
  const auto count = static_cast<double>(rows.count);
  if (reduction == Reduction::sum) return count * static_cast<double>(vectors);
  if (reduction != Reduction::mean_with_sample_weight || rows.weights == nullptr) return 1;
  const double total = total_weight(rows);
  return total == 0 ? 0 : count / total;
}

}  // namespace

ScoredRows ScoreTarget::rows(const Step& step) const {
  ScoredRows rows = step.scored_rows(output);
  if (!weighted) rows.weights = nullptr;
  return rows;
}

const Tensor& ScoreTarget::labels(const Step& step) const { return step.examples->labels[output]; }

void build_loss(PlanBuilder& plan, const Loss& loss, const Value& output, const ScoreTarget& target) {
  const LossKernel kernel = loss.kernel(plan, output);
  const Buffer gradient = plan.needs_gradient(kernel.from) ? plan.gradient_target(kernel.from) : Buffer{};
  plan.call({.kernel = kernel.name,
             .reads = {plan.data(kernel.from)},
             .writes = gradient ? std::vector{gradient} : std::vector<Buffer>{},
             .effect = true,
             .run = [=, from = plan.data(kernel.from), reduction = loss.reduction()](const Step& step) {
               const ScoredRows rows = target.rows(step);
               const double factor = reduction_factor(reduction, rows.batch(), kernel.vectors);
               const double scale = target.loss_weight * factor / static_cast<double>(step.batch_rows());
               step.sums[target.sum] =
                   factor * kernel.run(rows, step[from], target.labels(step), static_cast<float>(scale),
                                       gradient ? step[gradient] : nullptr);
             }});
}

const std::vector<NamedType<Loss>>& named_types(const Loss*) {
  static const std::vector<NamedType<Loss>> types{
      sparse_categorical_crossentropy_type(),
      categorical_crossentropy_type(),
      categorical_focal_crossentropy_type(),
      binary_crossentropy_type(),
      binary_focal_crossentropy_type(),
      kl_divergence_type(),
      poisson_type(),
      mean_squared_error_type(),
      mean_absolute_error_type(),
      mean_absolute_percentage_error_type(),
      mean_squared_logarithmic_error_type(),
      huber_type(),
      log_cosh_type(),
      cosine_similarity_type(),
      hinge_type(),
      squared_hinge_type(),
      categorical_hinge_type(),
  };
  return types;
}

LossPtr find_loss(std::string_view name) { return make_named<Loss>(name, {}); }

}  // namespace sluice
