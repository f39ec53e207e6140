#pragma once

#include "sluice/nn/schedule.h"

namespace sluice {

/// One rise and one fall (Smith and Topin 2018): from max_learning_rate / start_divisor along half a cosine to
/// max_learning_rate, then along another to that first rate / end_divisor at the last of `steps` steps, where it stays.
/// Keras has no such schedule: files for Keras leave out how the model was trained.
struct OneCycle {
  std::optional<double> max_learning_rate;
  std::optional<int64_t> steps;
  double rise = 0.3;
  double start_divisor = 25;
  double end_divisor = 10000;

  static constexpr std::string_view class_name = "OneCycle";
  static constexpr std::string_view doc =
      "The rate rises once and falls once along cosines. Keras has no such schedule.";
  static constexpr auto fields() {
    return std::tuple{
        field("max_learning_rate", &OneCycle::max_learning_rate, at_least(0), "the top; null: the optimizer's"),
        field("steps", &OneCycle::steps, at_least(1), "null: all steps of the training"),
        field("rise", &OneCycle::rise, between(0, 1), "share of the steps in which the rate rises"),
        field("start_divisor", &OneCycle::start_divisor, at_least(1), "the first rate is the top divided by this"),
        field("end_divisor", &OneCycle::end_divisor, at_least(1), "the last rate is the first divided by this")};
  }
  template <class Visit>
  void for_each_open(const Visit& visit) {
    visit("max_learning_rate", max_learning_rate);
    visit("steps", steps);
  }
};

SchedulePtr make(const OneCycle& parameters);
NamedType<Schedule> one_cycle_type();

}  // namespace sluice
