#include "sluice/nn/schedules/one_cycle.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sluice/nn/schedules/schedule_of_internal.h"

namespace sluice {
namespace {

/// Goes from one value to the other along half a cosine.
double ease(double from, double to, double share) {
  return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * share));
}

class OneCycleSchedule : public ScheduleOf<OneCycle, OneCycleSchedule> {
 public:
  using ScheduleOf::ScheduleOf;
  bool known_to_keras() const override { return false; }
  double at(int64_t step) const override {
    const double top = needed(p.max_learning_rate);
    const double first = top / p.start_divisor;
    const double last = first / p.end_divisor;
    const auto end = static_cast<double>(needed(p.steps) - 1);
    const double peak = p.rise * end;
    const double now = std::min(static_cast<double>(step), end);
    if (now < peak) return ease(first, top, now / peak);
    return end > peak ? ease(top, last, (now - peak) / (end - peak)) : top;
  }
};

}  // namespace

SchedulePtr make(const OneCycle& parameters) { return std::make_shared<OneCycleSchedule>(parameters); }

NamedType<Schedule> one_cycle_type() { return named_type<Schedule, OneCycle, OneCycleSchedule>(); }

}  // namespace sluice
