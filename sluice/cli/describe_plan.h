#pragma once

#include <string>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/nn/plan_profile.h"

namespace sluice::cli {

/// A measured plan and what it is of.
struct PlanOfModel {
  Path model;
  bool training;
  int64_t batch;
  const PlanProfile& profile;
};

/// Returns the calls with seconds, FLOP, bytes and their share of the core's limit (null without FLOP), and the sums.
Json plan_json(const PlanOfModel& plan);

/// Returns the same as a table.
std::string plan_text(const PlanOfModel& plan);

}  // namespace sluice::cli
