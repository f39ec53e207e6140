#include "sluice/experiment/monitor.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/scores.h"

namespace sluice {
namespace {

/// Whether more is better of what is reported under this name, "val_" left out.
bool rises(std::string_view name, const TrialPlan& plan) {
  if (name.starts_with("val_")) name.remove_prefix(4);
  for (const ScoreEntry& entry : score_entries(plan.graph, plan.compile)) {
    if (entry.metric != nullptr && std::ranges::find(entry.names, name) != entry.names.end())
      return entry.metric->rises();
  }
  return false;
}

void check_reported(std::string_view callback, const std::string& name, const CallbackPlace& place) {
  const auto names = reported_metrics(place.plan, place.validation);
  if (std::ranges::find(names, name) != names.end()) return;
  const auto with_validation = reported_metrics(place.plan, true);
  const bool known = std::ranges::find(with_validation, name) != with_validation.end();
  throw invalid(std::string(callback) +
                ": monitor: " + (known ? name + " needs data.validation" : unknown_name("metric", name, names)));
}

}  // namespace

bool Monitor::improves(double value, const std::optional<double>& other) const {
  if (!other) return true;
  return rising ? value - min_delta > *other : value + min_delta < *other;
}

double Monitor::value(const Scores& scores) const {
  for (const auto& [key, value] : scores) {
    if (key == name) return value;
  }
  throw invalid("monitor: this training reports no " + name);
}

Monitor find_monitor(std::string_view callback, const std::string& name, MonitorMode mode, double min_delta,
                     const CallbackPlace& place) {
  check_reported(callback, name, place);
  const bool rising = mode == MonitorMode::automatic ? rises(name, place.plan) : mode == MonitorMode::max;
  return {name, rising, std::abs(min_delta)};
}

}  // namespace sluice
