#pragma once

#include "sluice/nn/schedule.h"

namespace sluice {

/// Half a period of the cosine, after a warmup along a straight line (Loshchilov and Hutter 2017; Goyal et al. 2017).
struct CosineDecay {
  std::optional<double> initial_learning_rate;
  std::optional<int64_t> decay_steps;
  double alpha = 0;
  std::optional<double> warmup_target;
  int64_t warmup_steps = 0;

  static constexpr std::string_view class_name = "CosineDecay";
  static constexpr std::string_view doc = "The rate falls along a cosine, after a warmup where one is asked for.";
  static constexpr auto fields() {
    return std::tuple{
        field("initial_learning_rate", &CosineDecay::initial_learning_rate, at_least(0),
              "rate of the first step; null: the optimizer's"),
        field("decay_steps", &CosineDecay::decay_steps, at_least(1),
              "null: the steps of the training after the warmup"),
        field("alpha", &CosineDecay::alpha, at_least(0), "share of the rate that is left at the end"),
        field("warmup_target", &CosineDecay::warmup_target, at_least(0), "rate after the warmup; null: no warmup"),
        field("warmup_steps", &CosineDecay::warmup_steps, at_least(0), "steps from the first rate to warmup_target")};
  }
  template <class Visit>
  void for_each_open(const Visit& visit) {
    visit("initial_learning_rate", initial_learning_rate);
    visit("decay_steps", decay_steps);
  }
};

/// Cosines one after the other, each t_mul times as long and m_mul times as high as the one before it (Loshchilov and
/// Hutter 2017).
struct CosineDecayRestarts {
  std::optional<double> initial_learning_rate;
  std::optional<int64_t> first_decay_steps;
  double t_mul = 2;
  double m_mul = 1;
  double alpha = 0;

  static constexpr std::string_view class_name = "CosineDecayRestarts";
  static constexpr std::string_view doc = "The rate falls along a cosine again and again.";
  static constexpr auto fields() {
    return std::tuple{
        field("initial_learning_rate", &CosineDecayRestarts::initial_learning_rate, at_least(0),
              "rate of the first step; null: the optimizer's"),
        field("first_decay_steps", &CosineDecayRestarts::first_decay_steps, at_least(1),
              "steps of the first cosine; null: all of the training"),
        field("t_mul", &CosineDecayRestarts::t_mul, at_least(1), "how many times as long the next cosine is"),
        field("m_mul", &CosineDecayRestarts::m_mul, at_least(0), "how many times as high it starts"),
        field("alpha", &CosineDecayRestarts::alpha, at_least(0), "share of the rate that is left at the end of each")};
  }
  template <class Visit>
  void for_each_open(const Visit& visit) {
    visit("initial_learning_rate", initial_learning_rate);
    visit("first_decay_steps", first_decay_steps);
  }
};

SchedulePtr make(const CosineDecay& parameters);
SchedulePtr make(const CosineDecayRestarts& parameters);
NamedType<Schedule> cosine_decay_type();
NamedType<Schedule> cosine_decay_restarts_type();

}  // namespace sluice
