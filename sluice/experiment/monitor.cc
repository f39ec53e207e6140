#include "sluice/experiment/monitor.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice {
namespace {

/// Classes of metrics of which more is better; of the others that measure a distance, less.
bool is_rising(std::string_view class_name) {
  constexpr std::array<std::string_view, 12> rising = {"AUC",
                                                       "CosineSimilarity",
                                                       "F1Score",
                                                       "FBetaScore",
                                                       "IoU",
                                                       "MeanIoU",
                                                       "Precision",
                                                       "Recall",
                                                       "R2Score",
                                                       "SensitivityAtSpecificity",
                                                       "SpecificityAtSensitivity",
                                                       "PrecisionAtRecall"};
  return class_name.ends_with("ccuracy") || std::ranges::find(rising, class_name) != rising.end();
}

bool is_falling(std::string_view class_name) {
  constexpr std::array<std::string_view, 6> parts = {"Error", "Crossentropy", "Hinge", "Poisson", "Divergence", "Cosh"};
  return std::ranges::any_of(parts, [&](std::string_view part) { return class_name.find(part) != class_name.npos; });
}

/// The metric that reports this name, without "val_"; null for losses.
MetricPtr find_reported(const TrialPlan& plan, const std::string& name) {
  const bool several = plan.graph.outputs().size() > 1;
  for (size_t i = 0; i < plan.graph.outputs().size(); ++i) {
    const std::string prefix = several ? plan.graph.node_name(plan.graph.outputs()[i]) + "_" : "";
    for (const MetricPtr& metric : plan.compile.metrics[i]) {
      if (prefix + metric->name() == name) return metric;
    }
  }
  return nullptr;
}

bool rises(std::string_view callback, const std::string& name, const TrialPlan& plan) {
  const MetricPtr metric = find_reported(plan, name.starts_with("val_") ? name.substr(4) : name);
  if (metric == nullptr) return false;
  if (is_rising(metric->class_name())) return true;
  if (is_falling(metric->class_name())) return false;
  throw invalid(std::string(callback) + ": mode: expected min or max, since it is not known which is better for " +
                name);
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
  const bool rising = mode == MonitorMode::automatic ? rises(callback, name, place.plan) : mode == MonitorMode::max;
  return {name, rising, std::abs(min_delta)};
}

}  // namespace sluice
