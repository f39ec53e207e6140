#include "sluice/tune/importance/importance.h"

#include <algorithm>
#include <cmath>

#include "sluice/tune/importance/fanova.h"
#include "sluice/tune/importance/ped_anova.h"

namespace sluice {
namespace {

constexpr size_t least_trials = 4;

/// As many epochs as at least half of the trials that had any have; 0 without one.
size_t common_epochs(const StudySummary& study) {
  std::vector<size_t> epochs;
  for (const TrialSummary& trial : study.trials) {
    if (trial.state != TrialState::failed && !trial.records.empty()) epochs.push_back(trial.records.size());
  }
  std::ranges::sort(epochs);
  return epochs.empty() ? 0 : epochs[epochs.size() / 2];
}

double best_of(const TrialSummary& trial, size_t epochs, const Objective& objective) {
  double best = trial.records[0].objective;
  for (size_t i = 1; i < epochs; ++i) {
    if (objective.better(trial.records[i].objective, best)) best = trial.records[i].objective;
  }
  return best;
}

/// The parameters that every one of the trials has, without conditions.
Space shared_space(const Json& space, const std::vector<const TrialSummary*>& trials) {
  Json shared = Json::object();
  for (const auto& [name, description] : space.as_object()) {
    const bool everywhere =
        std::ranges::all_of(trials, [&name = name](const TrialSummary* trial) { return trial->params.contains(name); });
    if (!everywhere) continue;
    Json domain = description;
    std::erase_if(domain.as_object(), [](const auto& part) { return part.first == "when"; });
    shared[name] = std::move(domain);
  }
  return Space::read(shared);
}

}  // namespace

std::optional<Importance> importance_of(const StudySummary& study) {
  const size_t epochs = common_epochs(study);
  if (epochs == 0) return std::nullopt;
  std::vector<const TrialSummary*> trials;
  for (const TrialSummary& trial : study.trials) {
    if (trial.state != TrialState::failed && trial.records.size() >= epochs) trials.push_back(&trial);
  }
  const Space space = shared_space(study.identity.at("space"), trials);
  const Axes axes(space);
  Results results;
  for (const TrialSummary* trial : trials) {
    Point point = axes.point(trial->params);
    if (std::ranges::any_of(point, [](double place) { return std::isnan(place); })) continue;  // Defaults of no choice.
    const double value = best_of(*trial, epochs, study.objective);
    results.points.push_back(std::move(point));
    results.values.push_back(study.objective.maximize ? -value : value);
  }
  if (results.values.size() < least_trials || space.empty()) return std::nullopt;
  Importance importance{.epochs = static_cast<int64_t>(epochs), .trials = static_cast<int64_t>(results.values.size())};
  for (const SpaceParameter* parameter : space.by_name()) importance.names.push_back(parameter->name);
  importance.fanova = fanova(axes, results);
  importance.ped_anova = ped_anova(axes, results);
  return importance;
}

}  // namespace sluice
