#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sluice/params/named.h"

namespace sluice {

/// Where a schedule takes from what its description leaves open.
struct ScheduleContext {
  std::optional<double> learning_rate = std::nullopt;  ///< The optimizer's own.
  std::optional<int64_t> steps = std::nullopt;         ///< Steps of the whole training.
};

/// The immutable description of a learning rate that depends on the number of steps taken, in Keras' semantics. A rate
/// or a number of steps may be left open (null); it is filled in before training.
class Schedule : public Named {
 public:
  /// The learning rate of the step after `step` others. Throws Error(invalid_argument) while something is open.
  virtual double at(int64_t step) const = 0;

  /// The same with that filled in which is open here and known there.
  virtual std::shared_ptr<const Schedule> filled(const ScheduleContext& context) const = 0;

  /// Throws Error(invalid_argument) naming what is open.
  virtual void check_filled() const = 0;

  /// False for a schedule that Keras does not have: files for Keras cannot hold it.
  virtual bool known_to_keras() const { return true; }
};

using SchedulePtr = std::shared_ptr<const Schedule>;

constexpr std::string_view kind_name(const Schedule*) { return "schedule"; }
constexpr std::string_view keras_module(const Schedule*) { return "keras.optimizers.schedules"; }

/// Every schedule.
const std::vector<NamedType<Schedule>>& named_types(const Schedule*);

}  // namespace sluice
