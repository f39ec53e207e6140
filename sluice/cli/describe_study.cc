#include "sluice/cli/describe_study.h"

#include <fmt/format.h>

#include "sluice/cli/text.h"

namespace sluice::cli {
namespace {

using Row = std::vector<std::string>;

std::string state_of(const TrialEntry& trial, const Ledger& ledger) {
  if (trial.failed()) return "failed";
  if (trial.completed()) return "completed";
  if (ledger.ended()) return "pruned";
  return trial.segment_done ? "paused" : "unfinished";
}

/// The trial's best objective so far, or null.
Json value_of(const TrialEntry& trial, const Objective& objective) {
  int64_t best = trial.best_epoch(objective);
  return best == 0 ? Json() : Json(trial.records[static_cast<size_t>(best - 1)].objective);
}

Json epochs_json(const TrialEntry& trial) {
  Json list = Json::array();
  for (const EpochRecord& record : trial.records) {
    list.push_back(Json::Object{{"epoch", record.epoch}, {"objective", record.objective}, {"metrics", record.metrics}});
  }
  return list;
}

Json trial_json(const TrialEntry& trial, const Ledger& ledger) {
  Json json = Json::object();
  json["trial"] = trial.number;
  json["state"] = state_of(trial, ledger);
  json["params"] = trial.params;
  json["value"] = value_of(trial, ledger.objective());
  json["best_epoch"] = trial.best_epoch(ledger.objective());
  json["epochs"] = epochs_json(trial);
  json["message"] = trial.failed() ? Json(trial.ended->message) : Json();
  json["seconds"] = trial.seconds;
  return json;
}

Json best_json(const std::optional<FinishedTrial>& best) {
  if (!best) return {};
  return Json::Object{{"trial", best->trial}, {"params", best->params}, {"value", best->value}};
}

std::vector<std::string> parameter_names(const Ledger& ledger) {
  std::vector<std::string> names;
  if (ledger.trials().empty()) return names;
  for (const auto& [name, value] : ledger.trial(0).params.as_object()) names.push_back(name);
  return names;
}

Row trial_row(const TrialEntry& trial, const Ledger& ledger, const std::vector<std::string>& names) {
  Row row = {std::to_string(trial.number), state_of(trial, ledger)};
  for (const std::string& name : names) {
    const Json* value = trial.params.find(name);
    row.push_back(value ? value_text(*value) : "-");
  }
  Json value = value_of(trial, ledger.objective());
  row.push_back(value.is_null() ? "-" : value_text(value));
  row.push_back(fmt::format("{} of {}", trial.records.size(), trial.epochs));
  row.push_back(duration_text(trial.seconds));
  row.push_back(trial.failed() ? trial.ended->message : "");
  return row;
}

std::string trials_text(const Ledger& ledger) {
  std::vector<std::string> names = parameter_names(ledger);
  std::vector<Row> rows = {{"trial", "state"}};
  rows[0].insert(rows[0].end(), names.begin(), names.end());
  for (const std::string& head :
       {ledger.objective().metric, std::string("epochs"), std::string("time"), std::string("")}) {
    rows[0].push_back(head);
  }
  for (const TrialEntry& trial : ledger.trials()) rows.push_back(trial_row(trial, ledger, names));
  return table_text(rows);
}

}  // namespace

Json study_json(const Ledger& ledger, const Path& directory) {
  StudyResult result = ledger.result();
  Json json = Json::object();
  json["study"] = directory.string();
  json["ended"] = ledger.ended();
  json["objective"] = ledger.objective().text();
  json["completed"] = result.completed;
  json["pruned"] = result.pruned;
  json["failed"] = result.failed;
  json["best"] = best_json(result.best);
  json["test"] = result.test;
  json["trials"] = Json::array();
  for (const TrialEntry& trial : ledger.trials()) json["trials"].push_back(trial_json(trial, ledger));
  json["identity"] = ledger.identity();
  return json;
}

std::string study_text(const Ledger& ledger, const Path& directory) {
  StudyResult result = ledger.result();
  std::string text = fmt::format("{}: {} trials, {} completed, {} pruned, {} failed{}\n\n{}", directory.string(),
                                 result.trials, result.completed, result.pruned, result.failed,
                                 ledger.ended() ? "" : "; not at its end", trials_text(ledger));
  if (!result.best) return text;
  return text + fmt::format("\nbest: trial {}, {} {}, {}\n", result.best->trial, ledger.objective().metric,
                            score_text(result.best->value), params_text(result.best->params));
}

}  // namespace sluice::cli
