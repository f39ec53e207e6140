#include "sluice/nn/schedules/piecewise_constant_decay.h"

#include <algorithm>

#include "sluice/nn/schedules/schedule_of_internal.h"

namespace sluice {
namespace {

void check(const PiecewiseConstantDecay& p) {
  if (p.boundaries.empty() || p.values.size() != p.boundaries.size() + 1) {
    throw invalid("PiecewiseConstantDecay: expected boundaries and one value more than those, got " +
                  std::to_string(p.boundaries.size()) + " boundaries and " + std::to_string(p.values.size()) +
                  " values");
  }
  const bool rising = std::ranges::adjacent_find(p.boundaries, std::ranges::greater_equal()) == p.boundaries.end();
  if (!rising) throw invalid("PiecewiseConstantDecay: expected boundaries that rise");
}

class PiecewiseConstantDecaySchedule : public ScheduleOf<PiecewiseConstantDecay, PiecewiseConstantDecaySchedule> {
 public:
  explicit PiecewiseConstantDecaySchedule(const PiecewiseConstantDecay& parameters) : ScheduleOf(parameters) {
    check(p);
  }
  double at(int64_t step) const override {
    const auto first = std::ranges::lower_bound(p.boundaries, step);
    return p.values[static_cast<size_t>(first - p.boundaries.begin())];
  }
};

}  // namespace

SchedulePtr make(const PiecewiseConstantDecay& parameters) {
  return std::make_shared<PiecewiseConstantDecaySchedule>(parameters);
}

NamedType<Schedule> piecewise_constant_decay_type() {
  return named_type<Schedule, PiecewiseConstantDecay, PiecewiseConstantDecaySchedule>();
}

}  // namespace sluice
