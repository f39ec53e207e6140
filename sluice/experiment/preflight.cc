#include "sluice/experiment/preflight.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <set>

#include "sluice/base/random.h"
#include "sluice/experiment/callback.h"
#include "sluice/experiment/keys.h"
#include "sluice/experiment/label_sizes.h"
#include "sluice/experiment/training.h"
#include "sluice/experiment/trial_plan.h"

namespace sluice {
namespace {

void check_batch_size(const TrialPlan& plan, const ExperimentData& data) {
  if (plan.batch_size <= data.train.rows()) return;
  throw PathError("/fit/batch_size", "batch_size: " + std::to_string(plan.batch_size) + " is more than the " +
                                         std::to_string(data.train.rows()) + " training rows");
}

void check_callbacks(const TrialPlan& plan, const ExperimentData& data) {
  const CallbackPlace place{.plan = plan, .validation = data.validation.rows() > 0};
  for (size_t i = 0; i < plan.callbacks.size(); ++i)
    at_path(join_path("/fit/callbacks", i), [&] { plan.callbacks[i]->check(place); });
}

TrialPlan checked_plan(const Experiment& experiment, const Json& values, const ExperimentData& data) {
  TrialPlan plan = build_trial_plan(experiment, values, data.input_shapes());
  check_batch_size(plan, data);
  fill_schedule(plan, data.train.rows());
  check_callbacks(plan, data);
  return plan;
}

/// Binding checks inputs and labels of every row. Of the test rows nothing is scored.
void check_rows(const TrialPlan& plan, const ExperimentData& data) {
  check_label_sizes(plan, data.train);
  at_path("/data/train", [&] { bind_rows(plan, data.train); });
  at_path("/data/validation", [&] { bind_rows(plan, data.validation); });
  at_path("/data/test", [&] { bind_rows(plan, data.test); });
}

TrialPlan first_trial(const Experiment& experiment, const ExperimentData& data) {
  TrialPlan plan = checked_plan(experiment, experiment.defaults, data);
  check_rows(plan, data);
  return plan;
}

void check_objective(const Experiment& experiment, const TrialPlan& plan, const ExperimentData& data) {
  const std::string& metric = experiment.search.objective.metric;
  bool validation = data.validation.rows() > 0;
  auto names = reported_metrics(plan, validation);
  if (std::find(names.begin(), names.end(), metric) != names.end()) return;
  auto with_validation = reported_metrics(plan, true);
  bool known = std::find(with_validation.begin(), with_validation.end(), metric) != with_validation.end();
  if (known) throw PathError("/search/objective", "objective: " + metric + " needs data.validation");
  throw PathError("/search/objective", "objective: " + unknown_name("metric", metric, names));
}

/// Rows that tell whether labels fit: for each kind of label the smallest, the largest, the first that is not whole.
std::vector<int64_t> telling_rows(const Dataset& rows) {
  std::set<int64_t> telling{0};
  for (const auto& [name, tensor] : rows.labels) {
    int64_t row_size = std::max<int64_t>(1, tensor.size() / rows.rows());
    visit(tensor, [&](const auto* values) {
      auto [least, most] = std::minmax_element(values, values + tensor.size());
      telling.insert({(least - values) / row_size, (most - values) / row_size});
      auto fraction = [](auto value) { return std::floor(static_cast<double>(value)) != static_cast<double>(value); };
      const auto* found = std::find_if(values, values + tensor.size(), fraction);
      if (found != values + tensor.size()) telling.insert((found - values) / row_size);
    });
  }
  return {telling.begin(), telling.end()};
}

/// The data with telling rows only.
ExperimentData telling_data(const ExperimentData& data) {
  auto part = [](const Dataset& rows) { return rows.rows() == 0 ? Dataset() : rows.take(telling_rows(rows)); };
  return {.train = part(data.train), .validation = part(data.validation), .test = part(data.test), .hashes = {}};
}

/// Binds a few rows; where they do not fit, all as they are in their files, which messages name. Labels that are too
/// big for memory fail with their trial.
void check_labels(const TrialPlan& plan, const ExperimentData& few, const ExperimentData& data) {
  try {
    check_rows(plan, few);
  } catch (const PathError&) {
    check_rows(plan, in_file_order(data));
    throw;
  } catch (const std::bad_alloc&) {
    return;
  }
}

/// Whether a few rows can be trained with these values.
bool works(const Experiment& experiment, const Json& values, const ExperimentData& few, const ExperimentData& data) {
  try {
    check_rows(checked_plan(experiment, values, data), few);
  } catch (const PathError&) {
    return false;
  } catch (const std::bad_alloc&) {
    return true;
  }
  return true;
}

/// The defaults with one parameter of the space at another value.
Json values_with(const Experiment& experiment, const Json& values, const std::string& name, const Json& value) {
  Json params = Json::object();
  for (const std::string& other : experiment.space.names()) {
    if (const Json* given = values.find(other)) params[other] = *given;
  }
  params = experiment.space.with(params, name, value);
  Json changed = experiment.defaults;
  for (const auto& [other, given] : params.as_object()) changed[other] = given;
  return changed;
}

/// Whether one of some combinations with the others' telling values works: first those that change one of the others,
/// then drawn ones.
bool works_with_others(const Experiment& experiment, const SpaceParameter& fixed, const Json& values,
                       const ExperimentData& few, const ExperimentData& data) {
  constexpr int64_t most = 64;
  int64_t tried = 0;
  auto try_next = [&](const Json& next) { return tried++ < most && works(experiment, next, few, data); };
  std::vector<std::pair<std::string, std::vector<Json>>> others;
  for (const SpaceParameter& parameter : experiment.space.parameters()) {
    if (parameter.name != fixed.name) others.emplace_back(parameter.name, telling_values(parameter.domain));
  }
  for (const auto& [name, candidates] : others) {
    for (const Json& candidate : candidates) {
      if (try_next(values_with(experiment, values, name, candidate))) return true;
    }
  }
  for (uint32_t draw = 0; others.size() > 1 && tried < most; ++draw) {
    Random random(0, Purpose::sampler, draw);
    Json next = values;
    for (size_t i = 0; i < others.size(); ++i) {
      const auto& [name, candidates] = others[i];
      next = values_with(experiment, next, name, candidates[random.below(i, candidates.size())]);
    }
    if (try_next(next)) return true;
  }
  return false;
}

/// A value that works with some values of the others is fine: where it does not, its trials fail.
void check_parameter(const Experiment& experiment, const SpaceParameter& parameter, const ExperimentData& few,
                     const ExperimentData& data) {
  for (const Json& value : telling_values(parameter.domain)) {
    const Json values = values_with(experiment, experiment.defaults, parameter.name, value);
    try {
      check_labels(checked_plan(experiment, values, data), few, data);
    } catch (const PathError& error) {
      if (works_with_others(experiment, parameter, values, few, data)) continue;
      std::string at = "space." + parameter.name + ": with " + value.dump() + ": ";
      throw PathError(join_path("/space", parameter.name), at + error.what());
    }
  }
}

void check_enqueued(const Experiment& experiment, size_t index, const ExperimentData& few, const ExperimentData& data) {
  Json values = experiment.defaults;
  for (const auto& [name, value] : experiment.search.enqueue[index].as_object()) values[name] = value;
  try {
    check_labels(checked_plan(experiment, values, data), few, data);
  } catch (const PathError& error) {
    throw PathError(join_path("/search/enqueue", index), "enqueue: " + std::string(error.what()));
  }
}

}  // namespace

TrialPlan check_first_trial(const Experiment& experiment, const ExperimentData& data) {
  return with_positions(*experiment.document, [&] { return first_trial(experiment, data); });
}

void check_search_trials(const Experiment& experiment, const ExperimentData& data) {
  with_positions(*experiment.document, [&] {
    check_objective(experiment, build_trial_plan(experiment, experiment.defaults, data.input_shapes()), data);
    ExperimentData few = telling_data(data);
    for (const SpaceParameter& parameter : experiment.space.parameters()) {
      check_parameter(experiment, parameter, few, data);
    }
    for (size_t i = 0; i < experiment.search.enqueue.size(); ++i) check_enqueued(experiment, i, few, data);
  });
}

}  // namespace sluice
