#include "sluice/cli/describe_plan.h"

#include <fmt/format.h>

#include "sluice/cli/text.h"

namespace sluice::cli {
namespace {

/// All calls as one.
CallProfile total_of(const PlanProfile& profile) {
  CallProfile total{"total", "", 0, 0, 0};
  for (const CallProfile& call : profile.calls) {
    total.seconds += call.seconds;
    total.flop += call.flop;
    total.bytes += call.bytes;
  }
  return total;
}

double flop_rate(const CallProfile& call) { return static_cast<double>(call.flop) / call.seconds; }

Json call_json(const CallProfile& call, const PlanProfile& profile) {
  return Json::Object{
      {"layer", call.node},      {"kernel", call.kernel},
      {"seconds", call.seconds}, {"flop", call.flop},
      {"bytes", call.bytes},     {"limit_share", call.flop > 0 ? Json(flop_rate(call) / profile.flop_rate) : Json()}};
}

std::vector<std::string> call_row(const CallProfile& call, const PlanProfile& profile, double seconds) {
  const bool counts = call.flop > 0;
  return {call.node,
          call.kernel,
          fmt::format("{:.1f}", call.seconds * 1e6),
          fmt::format("{:.1f}", 100 * call.seconds / seconds),
          counts ? fmt::format("{:.3f}", static_cast<double>(call.flop) * 1e-6) : "",
          fmt::format("{:.1f}", static_cast<double>(call.bytes) * 1e-3),
          counts ? fmt::format("{:.1f}", flop_rate(call) * 1e-9) : "",
          counts ? fmt::format("{:.0f}", 100 * flop_rate(call) / profile.flop_rate) : ""};
}

}  // namespace

Json plan_json(const PlanOfModel& plan) {
  const PlanProfile& profile = plan.profile;
  const CallProfile total = total_of(profile);
  Json json = Json::object();
  json["model"] = plan.model.string();
  json["training"] = plan.training;
  json["batch"] = plan.batch;
  json["arena_bytes"] = profile.arena_bytes;
  json["limit_flop_per_second"] = profile.flop_rate;
  json["calls"] = Json::array();
  for (const CallProfile& call : profile.calls) json["calls"].push_back(call_json(call, profile));
  json["seconds"] = total.seconds;
  json["flop"] = total.flop;
  json["bytes"] = total.bytes;
  json["rows_per_second"] = static_cast<double>(plan.batch) / total.seconds;
  return json;
}

std::string plan_text(const PlanOfModel& plan) {
  const PlanProfile& profile = plan.profile;
  const CallProfile total = total_of(profile);
  std::vector<std::vector<std::string>> rows = {{"layer", "kernel", "µs", "%", "MFLOP", "kB", "GFLOP/s", "% of limit"}};
  for (const CallProfile& call : profile.calls) rows.push_back(call_row(call, profile, total.seconds));
  rows.push_back(call_row(total, profile, total.seconds));
  return fmt::format("{}: a {} of {} rows, {} a second; buffers of {}; this core's limit: {:.1f} GFLOP/s\n\n{}",
                     plan.model.string(), plan.training ? "training step" : "step of inference", plan.batch,
                     count_text(static_cast<int64_t>(static_cast<double>(plan.batch) / total.seconds)),
                     bytes_text(profile.arena_bytes), profile.flop_rate * 1e-9, table_text(rows));
}

}  // namespace sluice::cli
