#include "sluice/nn/schedules/cosine_decay.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sluice/nn/schedules/schedule_of_internal.h"

namespace sluice {
namespace {

/// From 1 to 0.
double half_cosine(double share) { return 0.5 * (1 + std::cos(std::numbers::pi * share)); }

class CosineDecaySchedule : public ScheduleOf<CosineDecay, CosineDecaySchedule> {
 public:
  using ScheduleOf::ScheduleOf;

  SchedulePtr filled(const ScheduleContext& context) const override {
    ScheduleContext rest = context;
    if (rest.steps && p.warmup_target) rest.steps = std::max<int64_t>(1, *rest.steps - p.warmup_steps);
    return ScheduleOf::filled(rest);
  }

  double at(int64_t step) const override {
    const double initial = needed(p.initial_learning_rate);
    const int64_t warmup = p.warmup_target ? p.warmup_steps : 0;
    if (step < warmup) {
      return initial + (*p.warmup_target - initial) * static_cast<double>(step) / static_cast<double>(warmup);
    }
    const int64_t decay_steps = needed(p.decay_steps);
    const double share = static_cast<double>(std::min(step - warmup, decay_steps)) / static_cast<double>(decay_steps);
    return p.warmup_target.value_or(initial) * ((1 - p.alpha) * half_cosine(share) + p.alpha);
  }
};

/// The cosine in which a moment lies, both counted in lengths of the first one.
struct Restart {
  double number;
  double share;  ///< Of this cosine that is over.
};

Restart find_restart(double time, double t_mul) {
  if (t_mul == 1) return {std::floor(time), time - std::floor(time)};
  constexpr double rounding = 1e-9;  // A restart begins at its step, whatever the logarithms round to.
  const double number = std::floor(std::log(1 + time * (t_mul - 1)) / std::log(t_mul) + rounding);
  const double length = std::pow(t_mul, number);
  const double begin = (length - 1) / (t_mul - 1);
  return {number, std::max(0.0, (time - begin) / length)};
}

class CosineDecayRestartsSchedule : public ScheduleOf<CosineDecayRestarts, CosineDecayRestartsSchedule> {
 public:
  using ScheduleOf::ScheduleOf;
  double at(int64_t step) const override {
    const double time = static_cast<double>(step) / static_cast<double>(needed(p.first_decay_steps));
    const Restart restart = find_restart(time, p.t_mul);
    const double height = std::pow(p.m_mul, restart.number);
    return needed(p.initial_learning_rate) * ((1 - p.alpha) * height * half_cosine(restart.share) + p.alpha);
  }
};

}  // namespace

SchedulePtr make(const CosineDecay& parameters) { return std::make_shared<CosineDecaySchedule>(parameters); }
SchedulePtr make(const CosineDecayRestarts& parameters) {
  return std::make_shared<CosineDecayRestartsSchedule>(parameters);
}

NamedType<Schedule> cosine_decay_type() { return named_type<Schedule, CosineDecay, CosineDecaySchedule>(); }
NamedType<Schedule> cosine_decay_restarts_type() {
  return named_type<Schedule, CosineDecayRestarts, CosineDecayRestartsSchedule>();
}

}  // namespace sluice
