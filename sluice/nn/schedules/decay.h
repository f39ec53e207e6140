#pragma once

#include "sluice/nn/schedule.h"

namespace sluice {

/// initial_learning_rate · decay_rate ^ (step / decay_steps).
struct ExponentialDecay {
  std::optional<double> initial_learning_rate;
  std::optional<int64_t> decay_steps;
  double decay_rate = 0.96;
  bool staircase = false;

  static constexpr std::string_view class_name = "ExponentialDecay";
  static constexpr std::string_view doc = "The rate is multiplied by decay_rate in every decay_steps steps.";
  static constexpr auto fields() {
    return std::tuple{
        field("initial_learning_rate", &ExponentialDecay::initial_learning_rate, at_least(0),
              "rate of the first step; null: the optimizer's"),
        field("decay_steps", &ExponentialDecay::decay_steps, at_least(1), "null: all steps of the training"),
        required("decay_rate", &ExponentialDecay::decay_rate, at_least(0), "factor of decay_steps steps"),
        field("staircase", &ExponentialDecay::staircase, "whether the rate stays between multiples of decay_steps")};
  }
  template <class Visit>
  void for_each_open(const Visit& visit) {
    visit("initial_learning_rate", initial_learning_rate);
    visit("decay_steps", decay_steps);
  }
};

/// initial_learning_rate / (1 + decay_rate · step / decay_steps).
struct InverseTimeDecay {
  std::optional<double> initial_learning_rate;
  std::optional<int64_t> decay_steps;
  double decay_rate = 1;
  bool staircase = false;

  static constexpr std::string_view class_name = "InverseTimeDecay";
  static constexpr std::string_view doc = "The rate is divided by 1 + decay_rate · step / decay_steps.";
  static constexpr auto fields() {
    return std::tuple{
        field("initial_learning_rate", &InverseTimeDecay::initial_learning_rate, at_least(0),
              "rate of the first step; null: the optimizer's"),
        field("decay_steps", &InverseTimeDecay::decay_steps, at_least(1), "null: all steps of the training"),
        required("decay_rate", &InverseTimeDecay::decay_rate, at_least(0), "what decay_steps steps add to the divisor"),
        field("staircase", &InverseTimeDecay::staircase, "whether the rate stays between multiples of decay_steps")};
  }
  template <class Visit>
  void for_each_open(const Visit& visit) {
    visit("initial_learning_rate", initial_learning_rate);
    visit("decay_steps", decay_steps);
  }
};

/// (initial_learning_rate - end_learning_rate) · (1 - step / decay_steps) ^ power + end_learning_rate. With `cycle`,
/// decay_steps is the next multiple of itself that is not below the step.
struct PolynomialDecay {
  std::optional<double> initial_learning_rate;
  std::optional<int64_t> decay_steps;
  double end_learning_rate = 0.0001;
  double power = 1;
  bool cycle = false;

  static constexpr std::string_view class_name = "PolynomialDecay";
  static constexpr std::string_view doc = "The rate falls to end_learning_rate in decay_steps steps.";
  static constexpr auto fields() {
    return std::tuple{
        field("initial_learning_rate", &PolynomialDecay::initial_learning_rate, at_least(0),
              "rate of the first step; null: the optimizer's"),
        field("decay_steps", &PolynomialDecay::decay_steps, at_least(1), "null: all steps of the training"),
        field("end_learning_rate", &PolynomialDecay::end_learning_rate, at_least(0), "rate after decay_steps steps"),
        field("power", &PolynomialDecay::power, at_least(0), "1: a straight line"),
        field("cycle", &PolynomialDecay::cycle, "whether the rate rises again after decay_steps steps")};
  }
  template <class Visit>
  void for_each_open(const Visit& visit) {
    visit("initial_learning_rate", initial_learning_rate);
    visit("decay_steps", decay_steps);
  }
};

SchedulePtr make(const ExponentialDecay& parameters);
SchedulePtr make(const InverseTimeDecay& parameters);
SchedulePtr make(const PolynomialDecay& parameters);
NamedType<Schedule> exponential_decay_type();
NamedType<Schedule> inverse_time_decay_type();
NamedType<Schedule> polynomial_decay_type();

}  // namespace sluice
