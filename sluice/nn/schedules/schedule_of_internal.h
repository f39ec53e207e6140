#pragma once

#include <string>

#include "sluice/nn/schedule.h"

namespace sluice {

/// Base of a schedule that is described by a struct of parameters with `fields()`, `class_name` and `doc`, and
/// `for_each_open(visit)`, which calls visit(name, optional) for each rate (double) and each number of steps (int64_t)
/// that may be left open.
template <class Parameters, class Implementation>
class ScheduleOf : public ParameterNamed<Schedule, Parameters> {
 public:
  explicit ScheduleOf(const Parameters& parameters) : ParameterNamed<Schedule, Parameters>(parameters) {}

  SchedulePtr filled(const ScheduleContext& context) const override {
    Parameters copy = this->p;
    Filler filler{context};
    copy.for_each_open(filler);
    return std::make_shared<Implementation>(copy);
  }

  void check_filled() const override {
    Parameters copy = this->p;
    copy.for_each_open([](std::string_view name, const auto& value) {
      if (!value) throw invalid(std::string(Parameters::class_name) + ": missing \"" + std::string(name) + "\"");
    });
  }

 protected:
  /// A value that must have been filled in by now.
  template <class T>
  T needed(const std::optional<T>& value) const {
    if (!value) check_filled();
    return *value;
  }

 private:
  struct Filler {
    const ScheduleContext& context;
    void operator()(std::string_view, std::optional<double>& rate) const {
      if (!rate) rate = context.learning_rate;
    }
    void operator()(std::string_view, std::optional<int64_t>& steps) const {
      if (!steps) steps = context.steps;
    }
  };
};

}  // namespace sluice
