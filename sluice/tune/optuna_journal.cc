#include "sluice/tune/optuna_journal.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "sluice/tune/space.h"
#include "sluice/tune/trial_times.h"

namespace sluice {
namespace {

// Optuna's numbers.
enum class Operation { create_study = 0, create_trial = 4 };
enum class Direction { minimize = 1, maximize = 2 };
enum class State { running = 0, complete = 1, pruned = 2, fail = 3 };

State state_of(TrialState state) {
  switch (state) {
    case TrialState::completed: return State::complete;
    case TrialState::pruned: return State::pruned;
    case TrialState::failed: return State::fail;
    default: return State::running;
  }
}

/// Such as 2026-11-27T17:05:09.250000+00:00; null where nobody knows.
Json time_json(const std::optional<double>& seconds) {
  if (!seconds) return {};
  const auto whole = static_cast<std::time_t>(std::floor(*seconds));
  std::tm parts{};
  ::gmtime_r(&whole, &parts);
  char text[32], fraction[16];
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(fraction, sizeof fraction, ".%06d", static_cast<int>((*seconds - std::floor(*seconds)) * 1e6));
  return std::string(text, size) + fraction + "+00:00";
}

/// What Optuna takes for a choice.
Json choice_json(const Json& value) { return value.is_array() || value.is_object() ? Json(value.dump()) : value; }

/// A parameter as Optuna's distribution, wide enough for all trials.
class Distribution {
 public:
  Distribution(const SpaceParameter& parameter, const StudySummary& study) {
    std::vector<Json> given;
    for (const TrialSummary& trial : study.trials) {
      if (const Json* value = trial.params.find(parameter.name)) given.push_back(*value);
    }
    std::visit([&](const auto& domain) { describe(domain, given); }, parameter.domain);
  }

  /// As texts within the journal.
  Json text() const { return Json(Json::Object{{"name", name_}, {"attributes", attributes_}}).dump(); }

  /// The number by which Optuna keeps a value.
  Json internal(const Json& value) const {
    if (choices_.empty()) return value.as_real();
    return static_cast<int64_t>(std::ranges::find(choices_, choice_json(value)) - choices_.begin());
  }

 private:
  std::string name_;
  Json attributes_;
  std::vector<Json> choices_;

  template <class Range>
  void describe(const Range& range, const std::vector<Json>& given) {
    Json low = range.low, high = range.high;
    for (const Json& value : given) {
      if (value.as_real() < low.as_real()) low = value;
      if (value.as_real() > high.as_real()) high = value;
    }
    const bool widened = !(low == Json(range.low) && high == Json(range.high));
    const bool plain = range.step == Range{}.step || range.log || widened;
    Json step = plain ? Json() : Json(step_of(range));
    if constexpr (std::is_same_v<Range, IntRange>) {
      name_ = "IntDistribution";
      if (plain) step = 1;
    } else {
      name_ = "FloatDistribution";
    }
    attributes_ = Json::Object{{"step", step}, {"low", low}, {"high", high}, {"log", range.log}};
  }

  void describe(const Choice& choice, const std::vector<Json>& given) {
    name_ = "CategoricalDistribution";
    for (const std::vector<Json>* values : {&choice.values, &given}) {
      for (const Json& value : *values) {
        const Json shown = choice_json(value);
        if (std::ranges::find(choices_, shown) == choices_.end()) choices_.push_back(shown);
      }
    }
    attributes_ = Json::Object{{"choices", choices_}};
  }

  static int64_t step_of(const IntRange& range) { return range.step; }
  static double step_of(const FloatRange& range) { return *range.step; }
};

std::string line(Operation operation, Json::Object fields) {
  Json json = Json::Object{{"op_code", static_cast<int>(operation)}, {"worker_id", "sluice"}};
  for (auto& [key, value] : fields) json[key] = std::move(value);
  return json.dump() + "\n";
}

/// The facts of a trial that Optuna has no place for.
Json attributes_json(const TrialSummary& trial) {
  Json attributes = Json::Object{{"seconds", trial.seconds}, {"best_epoch", trial.best_epoch}};
  if (!trial.message.empty()) attributes["message"] = trial.message;
  return attributes;
}

std::string trial_line(const TrialSummary& trial, const TrialTimes& times, const std::vector<std::string>& names,
                       const std::vector<Distribution>& distributions) {
  const State state = state_of(trial.state);
  Json described = Json::object(), params = Json::object(), values = Json::object();
  for (size_t i = 0; i < names.size(); ++i) {
    const Json* value = trial.params.find(names[i]);
    if (value == nullptr) continue;
    described[names[i]] = distributions[i].text();
    params[names[i]] = distributions[i].internal(*value);
  }
  for (const EpochRecord& record : trial.records) values[std::to_string(record.epoch)] = record.objective;
  Json::Object fields = {
      {"study_id", 0},
      {"datetime_start", time_json(times.start)},
      {"state", static_cast<int>(state)},
      {"value", state == State::complete || state == State::pruned ? Json(trial.value.value_or(0)) : Json()},
      {"values", Json()}};
  if (state != State::running && times.end) fields.emplace_back("datetime_complete", time_json(times.end));
  fields.insert(fields.end(), {{"distributions", described},
                               {"params", params},
                               {"user_attrs", attributes_json(trial)},
                               {"system_attrs", Json::object()},
                               {"intermediate_values", values}});
  return line(Operation::create_trial, std::move(fields));
}

}  // namespace

std::string optuna_journal(const StudySummary& study, const std::string& name) {
  const Space space = Space::read(study.identity.at("space"));
  std::vector<Distribution> distributions;
  for (const SpaceParameter& parameter : space.parameters()) distributions.emplace_back(parameter, study);
  const Direction direction = study.objective.maximize ? Direction::maximize : Direction::minimize;
  std::string text =
      line(Operation::create_study, {{"study_name", name}, {"directions", Json::Array{static_cast<int>(direction)}}});
  const std::vector<TrialTimes> times = trial_times(study);
  for (const TrialSummary& trial : study.trials)
    text += trial_line(trial, times[static_cast<size_t>(trial.number)], space.names(), distributions);
  return text;
}

}  // namespace sluice
