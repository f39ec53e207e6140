#include "sluice/cli/describe_study.h"

#include <fmt/format.h>

#include <algorithm>

#include "sluice/cli/text.h"

namespace sluice::cli {
namespace {

using Row = std::vector<std::string>;

Json epochs_json(const TrialSummary& trial) {
  Json list = Json::array();
  for (const EpochRecord& record : trial.records) {
    list.push_back(Json::Object{{"epoch", record.epoch}, {"objective", record.objective}, {"metrics", record.metrics}});
  }
  return list;
}

Json trial_json(const TrialSummary& trial) {
  Json json = Json::object();
  json["trial"] = trial.number;
  json["state"] = to_string(trial.state);
  json["params"] = trial.params;
  json["value"] = trial.value ? Json(*trial.value) : Json();
  json["best_epoch"] = trial.best_epoch;
  json["epochs"] = epochs_json(trial);
  json["message"] = trial.state == TrialState::failed ? Json(trial.message) : Json();
  json["seconds"] = trial.seconds;
  return json;
}

Json best_json(const std::optional<FinishedTrial>& best) {
  if (!best) return {};
  return Json::Object{{"trial", best->trial}, {"params", best->params}, {"value", best->value}};
}

std::vector<std::string> parameter_names(const StudySummary& study) {
  std::vector<std::string> names;
  for (const TrialSummary& trial : study.trials) {
    for (const auto& [name, value] : trial.params.as_object()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

Row trial_row(const TrialSummary& trial, const std::vector<std::string>& names) {
  Row row = {std::to_string(trial.number), std::string(to_string(trial.state))};
  for (const std::string& name : names) {
    const Json* value = trial.params.find(name);
    row.push_back(value ? value_text(*value) : "-");
  }
  row.push_back(trial.value ? value_text(*trial.value) : "-");
  row.push_back(fmt::format("{} of {}", trial.records.size(), trial.epochs));
  row.push_back(trial.records.empty() ? "-" : duration_text(trial.seconds));
  row.push_back(trial.message);
  return row;
}

std::string trials_text(const StudySummary& study) {
  std::vector<std::string> names = parameter_names(study);
  Row head = {"trial", "state"};
  head.insert(head.end(), names.begin(), names.end());
  head.insert(head.end(), {study.objective.metric, "epochs", "time", ""});
  std::vector<Row> rows = {head};
  for (const TrialSummary& trial : study.trials) rows.push_back(trial_row(trial, names));
  return table_text(rows);
}

std::string standing_text(const StudySummary& study) {
  if (study.running) return "; running";
  return study.ended ? "" : "; stopped before its end, the same `sluice tune` goes on";
}

}  // namespace

Json study_json(const StudySummary& study, const Path& directory) {
  const StudyResult& result = study.result;
  Json json = Json::object();
  json["study"] = directory.string();
  json["ended"] = study.ended;
  json["running"] = study.running;
  json["objective"] = study.objective.text();
  json["completed"] = result.completed;
  json["pruned"] = result.pruned;
  json["failed"] = result.failed;
  json["best"] = best_json(result.best);
  json["test"] = result.test;
  json["trials"] = Json::array();
  for (const TrialSummary& trial : study.trials) json["trials"].push_back(trial_json(trial));
  json["identity"] = study.identity;
  return json;
}

std::string study_text(const StudySummary& study, const Path& directory) {
  const StudyResult& result = study.result;
  const std::string count =
      study.ended ? std::to_string(result.trials) : fmt::format("{} of {}", result.trials, study.asked_trials);
  std::string text =
      fmt::format("{}: {} trials, {} completed, {} pruned, {} failed{}\n\n{}", directory.string(), count,
                  result.completed, result.pruned, result.failed, standing_text(study), trials_text(study));
  if (!result.best) return text;
  return text + fmt::format("\nbest: trial {}, {} {}, {}\n", result.best->trial, study.objective.metric,
                            score_text(result.best->value), params_text(result.best->params));
}

}  // namespace sluice::cli
