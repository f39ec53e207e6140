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

ScoredLabels scored_labels(const Step& step, const ScoreTarget& target, const Shape& output) {
  const Tensor& labels = target.labels(step);
  const int64_t n = output.empty() ? 1 : output.back();
  const bool numbers = labels.dtype() == DType::int32;
  return {.vectors = element_count(output) / n,
          .n = n,
          .classes = numbers ? labels.values<int32_t>().data() : nullptr,
          .values = numbers ? nullptr : labels.values<float>().data()};
}

}  // namespace sluice
