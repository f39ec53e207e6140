#pragma once

#include "sluice/nn/schedule.h"

namespace sluice {

/// A step size: a number, or a schedule.
struct LearningRate {
  double value = 0;  ///< Where there is no schedule.
  SchedulePtr schedule = nullptr;

  LearningRate(double number) : value(number) {}  // NOLINT: a number is a learning rate.
  LearningRate(SchedulePtr by_step) : schedule(std::move(by_step)) {}

  /// The rate of the step after `step` others. Throws as Schedule::at.
  double at(int64_t step) const { return schedule ? schedule->at(step) : value; }
};

template <>
struct FieldType<LearningRate> {
  static std::string type() { return "number or schedule"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::number(bounds), FieldType<SchedulePtr>::schema(bounds)});
  }
  static LearningRate read(const Json& json, const Bounds& bounds) {
    if (json.is_object() || json.is_string()) return read_named<Schedule>(json);
    return FieldType<double>::read(json, bounds);
  }
  static Json write(const LearningRate& rate) {
    return rate.schedule ? FieldType<SchedulePtr>::write(rate.schedule) : Json(rate.value);
  }
};

}  // namespace sluice
