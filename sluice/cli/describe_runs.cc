#include "sluice/cli/describe_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sluice/cli/text.h"
#include "sluice/cli/text_chart.h"

namespace sluice::cli {
namespace {

using Row = std::vector<std::string>;

constexpr size_t widest_value = 48;

std::string shown_value(const Json& value) { return value.is_null() ? "-" : cut_text(value_text(value), widest_value); }

Json run_json(const RunRecord& run) {
  Json json = Json::object();
  json["run"] = run.name;
  json["status"] = run.status;
  if (!run.fault.empty()) json["message"] = run.fault;
  for (const auto& [key, value] : run.facts.as_object()) {
    if (key != "kind" && key != "version") json[key] = value;
  }
  json["epochs"] = Json::array();
  for (const RunRecord::Epoch& epoch : run.epochs) {
    json["epochs"].push_back(
        Json::Object{{"epoch", epoch.epoch}, {"metrics", epoch.metrics}, {"seconds", epoch.seconds}});
  }
  for (const char* key : {"epoch", "metrics", "test", "stopped_by", "message", "samples_per_second"}) {
    if (const Json* value = run.end.find(key)) json[key] = *value;
  }
  json["seconds"] = run.seconds();
  return json;
}

Json last_score(const RunRecord& run, const std::string& metric) {
  const Json* score = run.epochs.empty() ? nullptr : run.epochs.back().metrics.find(metric);
  return score == nullptr ? Json() : *score;
}

/// A score of the model that the run wrote, whose weights may be those of an earlier epoch.
Json model_score(const RunRecord& run, const std::string& metric) {
  const Json* scores = run.end.find("metrics");
  const Json* score = scores == nullptr ? nullptr : scores->find(metric);
  return score == nullptr ? last_score(run, metric) : *score;
}

std::string model_text(const RunRecord& run) {
  const Json* model = run.facts.find("model");
  return model == nullptr ? run.fault : value_text(*model);
}

/// The epochs that the model has, those before the training went on included.
int64_t epochs_of(const RunRecord& run) { return run.epochs.empty() ? 0 : run.epochs.back().epoch; }

Row run_row(const RunRecord& run) {
  return {run.name,
          run.status,
          std::to_string(epochs_of(run)),
          shown_value(model_score(run, "loss")),
          shown_value(model_score(run, "val_loss")),
          duration_text(run.seconds()),
          model_text(run)};
}

/// The epochs of both runs in rising order, each once.
std::vector<int64_t> all_epochs(const RunRecord& a, const RunRecord& b) {
  std::vector<int64_t> epochs;
  for (const RunRecord* run : {&a, &b}) {
    for (const RunRecord::Epoch& epoch : run->epochs) epochs.push_back(epoch.epoch);
  }
  std::ranges::sort(epochs);
  epochs.erase(std::ranges::unique(epochs).begin(), epochs.end());
  return epochs;
}

/// The metrics of both runs, in the order in which they appear.
std::vector<std::string> all_metrics(const RunRecord& a, const RunRecord& b) {
  std::vector<std::string> names;
  for (const RunRecord* run : {&a, &b}) {
    if (run->epochs.empty()) continue;
    for (const auto& [name, value] : run->epochs.back().metrics.as_object()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

/// A metric of a run at each of the epochs; null where it has none.
std::vector<Json> curve(const RunRecord& run, const std::string& metric, const std::vector<int64_t>& epochs) {
  std::vector<Json> values(epochs.size());
  for (const RunRecord::Epoch& epoch : run.epochs) {
    const Json* value = epoch.metrics.find(metric);
    const auto place = std::ranges::lower_bound(epochs, epoch.epoch) - epochs.begin();
    if (value != nullptr) values[static_cast<size_t>(place)] = *value;
  }
  return values;
}

std::string differences_text(const RunRecord& a, const RunRecord& b) {
  std::vector<Row> rows = {{"", "A", "B"}};
  for (const RunDifference& one : run_differences(a, b))
    rows.push_back({one.name, shown_value(one.a), shown_value(one.b)});
  return rows.size() == 1 ? "nothing differs but the time\n" : table_text(rows);
}

std::string curves_text(const RunRecord& a, const RunRecord& b) {
  const auto epochs = all_epochs(a, b);
  if (epochs.empty()) return "no epoch was finished\n";
  std::vector<Row> rows = {{"epoch"}};
  for (int64_t epoch : epochs) rows.push_back({std::to_string(epoch)});
  for (const std::string& metric : all_metrics(a, b)) {
    for (const RunRecord* run : {&a, &b}) {
      rows[0].push_back(metric + (run == &a ? " A" : " B"));
      const auto values = curve(*run, metric, epochs);
      for (size_t i = 0; i < values.size(); ++i) rows[i + 1].push_back(shown_value(values[i]));
    }
  }
  return table_text(rows);
}

std::vector<std::optional<double>> numbers(const std::vector<Json>& values) {
  std::vector<std::optional<double>> list;
  for (const Json& value : values) list.push_back(value.is_number() ? std::optional(value.as_real()) : std::nullopt);
  return list;
}

std::string chart_of(const RunRecord& a, const RunRecord& b) {
  const bool validated = last_score(a, "val_loss").is_number() && last_score(b, "val_loss").is_number();
  const std::string metric = validated ? "val_loss" : "loss";
  const auto epochs = all_epochs(a, b);
  const std::string chart =
      text_chart({{'A', numbers(curve(a, metric, epochs))}, {'B', numbers(curve(b, metric, epochs))}});
  return chart.empty() ? "" : "\n" + metric + " by epoch\n" + chart;
}

std::string headline(char letter, const RunRecord& run) {
  const int64_t epochs = epochs_of(run);
  return fmt::format("{}  {}  {}, {} epoch{}, {}\n", letter, run.name, run.status, epochs, epochs == 1 ? "" : "s",
                     duration_text(run.seconds()));
}

}  // namespace

Json runs_json(const std::vector<RunRecord>& runs) {
  Json json = Json::object();
  json["runs"] = Json::array();
  for (const RunRecord& run : runs) json["runs"].push_back(run_json(run));
  return json;
}

std::string runs_text(const std::vector<RunRecord>& runs, const std::string& folder) {
  if (runs.empty()) return "no runs in " + folder + "; `sluice train` records them there\n";
  std::vector<Row> rows = {{"run", "status", "epochs", "loss", "val_loss", "time", "model"}};
  for (const RunRecord& run : runs) rows.push_back(run_row(run));
  return table_text(rows);
}

Json comparison_json(const RunRecord& a, const RunRecord& b) {
  Json json = Json::object();
  json["a"] = run_json(a);
  json["b"] = run_json(b);
  json["differences"] = Json::array();
  for (const RunDifference& one : run_differences(a, b))
    json["differences"].push_back(Json::Object{{"name", one.name}, {"a", one.a}, {"b", one.b}});
  const auto epochs = all_epochs(a, b);
  json["epochs"] = Json::array();
  for (int64_t epoch : epochs) json["epochs"].push_back(epoch);
  json["curves"] = Json::object();
  for (const std::string& metric : all_metrics(a, b))
    json["curves"][metric] = Json::Object{{"a", curve(a, metric, epochs)}, {"b", curve(b, metric, epochs)}};
  return json;
}

std::string comparison_text(const RunRecord& a, const RunRecord& b, bool with_chart) {
  const std::string text = headline('A', a) + headline('B', b) + "\n" + differences_text(a, b) + "\n";
  return text + curves_text(a, b) + (with_chart ? chart_of(a, b) : "");
}

}  // namespace sluice::cli
