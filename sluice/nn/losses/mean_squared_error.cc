#include "sluice/nn/losses/mean_squared_error.h"

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/scoring.h"

namespace sluice {
namespace {

class MeanSquaredErrorLoss : public ParameterNamed<Loss, MeanSquaredError> {
 public:
  using ParameterNamed::ParameterNamed;
  std::string_view name() const override { return "mse"; }
  LabelKind label_kind() const override { return LabelKind::values; }
  void check_output(const Shape&) const override {}

  void build(PlanBuilder& plan, const Value& output, const ScoreTarget& target) const override {
    const Value y = plan.in(Layout::rows, output);
    const Buffer gradient = plan.needs_gradient(y) ? plan.gradient_target(y) : Buffer{};
    plan.call({.kernel = "mse",
               .reads = {plan.data(y)},
               .writes = gradient ? std::vector{gradient} : std::vector<Buffer>{},
               .effect = true,
               .run = [=, from = plan.data(y), size = element_count(plan.shape(y))](const Step& step) {
                 step.sums[target.sum] =
                     squared_error(step.scored_rows(target.output), size, step[from],
                                   step.examples->labels[target.output].values<float>().data(),
                                   target.gradient_scale(step), gradient ? step[gradient] : nullptr);
               }});
  }
};

}  // namespace

NamedType<Loss> mean_squared_error_type() {
  return named_type<Loss, MeanSquaredError, MeanSquaredErrorLoss>({"mse", "MSE"});
}

}  // namespace sluice
