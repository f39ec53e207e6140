#include "sluice/nn/metrics/append_internal.h"

namespace sluice {

void append_score(PlanBuilder& plan, std::string_view name, Value value,
                  std::function<void(const Step& step, const float* values)> score) {
  const Value y = plan.in(Layout::rows, value);
  plan.call({.kernel = std::string(name),
             .reads = {plan.data(y)},
             .effect = true,
             .run = [from = plan.data(y), score = std::move(score)](const Step& step) { score(step, step[from]); }});
}

}  // namespace sluice
