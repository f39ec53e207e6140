#pragma once

#include "sluice/nn/schedule.h"

namespace sluice {

/// values[i] while the step is at most boundaries[i]; the last value after them.
struct PiecewiseConstantDecay {
  std::vector<int64_t> boundaries;
  std::vector<double> values;

  static constexpr std::string_view class_name = "PiecewiseConstantDecay";
  static constexpr std::string_view doc = "One rate after the other.";
  static constexpr auto fields() {
    return std::tuple{required("boundaries", &PiecewiseConstantDecay::boundaries, at_least(0),
                               "the last steps of all rates but the last, rising"),
                      required("values", &PiecewiseConstantDecay::values, at_least(0),
                               "the rates: one more than there are boundaries")};
  }
  template <class Visit>
  void for_each_open(const Visit&) {}
};

/// Throws Error(invalid_argument) when the lists do not fit together.
SchedulePtr make(const PiecewiseConstantDecay& parameters);
NamedType<Schedule> piecewise_constant_decay_type();

}  // namespace sluice
