#include "sluice/tune/report/report.h"

#include "sluice/tune/importance/importance.h"
#include "sluice/tune/report/assets.h"
#include "sluice/tune/report/timeline.h"

namespace sluice {
namespace {

Json numbers(const std::vector<double>& values) { return Json(Json::Array(values.begin(), values.end())); }

Json finished_json(const std::optional<FinishedTrial>& trial) {
  if (!trial) return {};
  return Json::Object{
      {"trial", trial->trial}, {"value", trial->value}, {"epoch", trial->epoch}, {"params", trial->params}};
}

Json counts_json(const StudySummary& study) {
  int64_t paused = 0, running = 0;
  for (const TrialSummary& trial : study.trials) {
    paused += trial.state == TrialState::paused;
    running += trial.state == TrialState::running || trial.state == TrialState::interrupted ||
               trial.state == TrialState::waiting;
  }
  const StudyResult& result = study.result;
  return Json::Object{{"asked", study.asked_trials}, {"started", result.trials}, {"completed", result.completed},
                      {"pruned", result.pruned},     {"failed", result.failed},  {"paused", paused},
                      {"running", running}};
}

Json curve_json(const TrialSummary& trial) {
  Json curve = Json::array();
  for (const EpochRecord& record : trial.records) curve.push_back(record.objective);
  return curve;
}

/// A list for each parameter of the space; null where a trial does not have it.
Json params_json(const StudySummary& study) {
  Json params = Json::object();
  for (const auto& parameter : study.identity.at("space").as_object()) {
    Json column = Json::array();
    for (const TrialSummary& trial : study.trials) {
      const Json* value = trial.params.find(parameter.first);
      column.push_back(value == nullptr ? Json() : *value);
    }
    params[parameter.first] = std::move(column);
  }
  return params;
}

Json trials_json(const StudySummary& study) {
  Json state = Json::array(), value = Json::array(), seconds = Json::array(), curve = Json::array(),
       message = Json::array();
  for (const TrialSummary& trial : study.trials) {
    state.push_back(to_string(trial.state));
    value.push_back(trial.value ? Json(*trial.value) : Json());
    seconds.push_back(trial.seconds);
    curve.push_back(curve_json(trial));
    message.push_back(trial.message);
  }
  return Json::Object{{"state", state}, {"value", value},     {"seconds", seconds},
                      {"curve", curve}, {"message", message}, {"params", params_json(study)}};
}

Json importance_json(const StudySummary& study) {
  const std::optional<Importance> importance = importance_of(study);
  if (!importance) return {};
  return Json::Object{{"epochs", importance->epochs},
                      {"trials", importance->trials},
                      {"names", Json(Json::Array(importance->names.begin(), importance->names.end()))},
                      {"fanova", numbers(importance->fanova)},
                      {"ped_anova", numbers(importance->ped_anova)}};
}

Json timeline_json(const StudySummary& study) {
  const std::optional<Timeline> timeline = timeline_of(study);
  if (!timeline) return {};
  Json bars = Json::array();
  for (const TimelineBar& bar : timeline->bars) {
    bars.push_back(Json::Array{bar.trial, bar.first_epoch, bar.last_epoch, bar.failed, bar.lane, bar.start, bar.end});
  }
  return Json::Object{{"measured", timeline->measured},
                      {"lanes", timeline->lanes},
                      {"utilisation", timeline->utilisation},
                      {"bars", std::move(bars)}};
}

std::string_view standing(const StudySummary& study) {
  return study.running ? "running" : study.ended ? "ended" : "stopped";
}

/// JSON that can stand in a script element.
std::string embedded(const Json& data) {
  std::string text;
  for (char letter : data.dump()) {
    if (letter == '<') {
      text += "\\u003c";
    } else {
      text += letter;
    }
  }
  return text;
}

std::string escaped(const std::string& text) {
  std::string html;
  for (char letter : text) {
    if (letter == '&') {
      html += "&amp;";
    } else if (letter == '<') {
      html += "&lt;";
    } else {
      html += letter;
    }
  }
  return html;
}

}  // namespace

Json report_data(const StudySummary& study, const std::string& name) {
  return Json::Object{
      {"name", name},
      {"standing", standing(study)},
      {"objective", Json::Object{{"metric", study.objective.metric}, {"maximize", study.objective.maximize}}},
      {"counts", counts_json(study)},
      {"best", finished_json(study.result.best)},
      {"default", finished_json(study.result.default_trial)},
      {"test", study.result.test},
      {"space", study.identity.at("space")},
      {"trials", trials_json(study)},
      {"importance", importance_json(study)},
      {"timeline", timeline_json(study)},
      {"experiment", study.identity}};
}

std::string report_html(const Json& data) {
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>";
  html += escaped(data.at("name").as_string());
  html += " – Sluice</title>\n<style>\n";
  html += asset(Asset::style);
  html += "</style>\n</head>\n<body>\n<script type=\"application/json\" id=\"data\">";
  html += embedded(data);
  html += "</script>\n<script>\n";
  html += asset(Asset::echarts);
  html += "\n</script>\n<script>\n";
  html += asset(Asset::script);
  html += "</script>\n</body>\n</html>\n";
  return html;
}

void write_report(const Path& directory, const Path& output) {
  const std::string name = std::filesystem::absolute(directory).lexically_normal().filename().string();
  write_file(output, report_html(report_data(summarize_study(directory), name)));
}

Path report_path(const Path& directory) { return directory / "report.html"; }

}  // namespace sluice
