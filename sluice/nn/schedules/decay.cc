#include "sluice/nn/schedules/decay.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/schedules/schedule_of_internal.h"

namespace sluice {
namespace {

double periods(int64_t step, int64_t decay_steps, bool staircase) {
  if (staircase) return static_cast<double>(step / decay_steps);
  return static_cast<double>(step) / static_cast<double>(decay_steps);
}

class ExponentialDecaySchedule : public ScheduleOf<ExponentialDecay, ExponentialDecaySchedule> {
 public:
  using ScheduleOf::ScheduleOf;
  double at(int64_t step) const override {
    return needed(p.initial_learning_rate) * std::pow(p.decay_rate, periods(step, needed(p.decay_steps), p.staircase));
  }
};

class InverseTimeDecaySchedule : public ScheduleOf<InverseTimeDecay, InverseTimeDecaySchedule> {
 public:
  using ScheduleOf::ScheduleOf;
  double at(int64_t step) const override {
    return needed(p.initial_learning_rate) / (1 + p.decay_rate * periods(step, needed(p.decay_steps), p.staircase));
  }
};

class PolynomialDecaySchedule : public ScheduleOf<PolynomialDecay, PolynomialDecaySchedule> {
 public:
  using ScheduleOf::ScheduleOf;
  double at(int64_t step) const override {
    int64_t decay_steps = needed(p.decay_steps);
    if (p.cycle) decay_steps *= std::max<int64_t>(1, (step + decay_steps - 1) / decay_steps);
    const double left = 1 - periods(std::min(step, decay_steps), decay_steps, false);
    return (needed(p.initial_learning_rate) - p.end_learning_rate) * std::pow(left, p.power) + p.end_learning_rate;
  }
};

}  // namespace

SchedulePtr make(const ExponentialDecay& parameters) { return std::make_shared<ExponentialDecaySchedule>(parameters); }
SchedulePtr make(const InverseTimeDecay& parameters) { return std::make_shared<InverseTimeDecaySchedule>(parameters); }
SchedulePtr make(const PolynomialDecay& parameters) { return std::make_shared<PolynomialDecaySchedule>(parameters); }

NamedType<Schedule> exponential_decay_type() {
  return named_type<Schedule, ExponentialDecay, ExponentialDecaySchedule>();
}
NamedType<Schedule> inverse_time_decay_type() {
  return named_type<Schedule, InverseTimeDecay, InverseTimeDecaySchedule>();
}
NamedType<Schedule> polynomial_decay_type() { return named_type<Schedule, PolynomialDecay, PolynomialDecaySchedule>(); }

}  // namespace sluice
