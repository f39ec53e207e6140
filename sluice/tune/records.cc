#include "sluice/tune/records.h"

namespace sluice {

Json study_record(int64_t trials, const Json& identity) {
  return Json::Object{{"kind", "study"}, {"version", journal_version}, {"trials", trials}, {"identity", identity}};
}

Json job_record(const Decision& decision, const Params& params) {
  return Json::Object{{"kind", "job"},
                      {"job", decision.job},
                      {"trial", decision.trial},
                      {"first_epoch", decision.first_epoch},
                      {"last_epoch", decision.last_epoch},
                      {"epochs", decision.epochs},
                      {"slot", decision.slot},
                      {"start", decision.time},
                      {"cost", decision.cost},
                      {"params", params}};
}

Json pause_record(const Decision& decision) {
  return Json::Object{
      {"kind", "pause"}, {"trial", decision.trial}, {"epoch", decision.last_epoch}, {"time", decision.time}};
}

Json end_record(const Decision& decision, const StudyResult& result, const Json& test) {
  Json best;
  if (result.best) {
    best = Json::Object{{"trial", result.best->trial}, {"value", result.best->value}, {"epoch", result.best->epoch}};
  }
  return Json::Object{{"kind", "end"},
                      {"time", decision.time},
                      {"trials", result.trials},
                      {"completed", result.completed},
                      {"pruned", result.pruned},
                      {"failed", result.failed},
                      {"best", best},
                      {"test", test}};
}

Json epoch_record(int64_t job, int64_t trial, const EpochRecord& record) {
  return Json::Object{{"kind", "epoch"},
                      {"job", job},
                      {"trial", trial},
                      {"epoch", record.epoch},
                      {"objective", record.objective},
                      {"metrics", record.metrics},
                      {"seconds", record.seconds}};
}

Json result_record(int64_t job, int64_t trial, int64_t epoch, int64_t epochs, const JobEntry& entry) {
  bool stopped = entry.state == JobResult::State::stopped;
  return Json::Object{{"kind", "result"},
                      {"job", job},
                      {"trial", trial},
                      {"epoch", epoch},
                      {"finished", stopped || epoch == epochs},
                      {"stopped", stopped},
                      {"value", entry.value},
                      {"best_epoch", entry.best_epoch},
                      {"seconds", entry.seconds},
                      {"at", entry.at ? Json(*entry.at) : Json()}};
}

Json fail_record(int64_t job, int64_t trial, const JobEntry& entry) {
  return Json::Object{{"kind", "fail"},
                      {"job", job},
                      {"trial", trial},
                      {"message", entry.message},
                      {"host", entry.host_failure},
                      {"seconds", entry.seconds},
                      {"at", entry.at ? Json(*entry.at) : Json()}};
}

}  // namespace sluice
