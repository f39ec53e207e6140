#pragma once

#include <string>

#include "sluice/base/json.h"
#include "sluice/tune/decisions.h"
#include "sluice/tune/ledger.h"

namespace sluice {

/// The lines of a journal, made here and read by the ledger; docs/formats/journal.md describes them.

/// The version of the format. Persistent: a reader refuses those above its own.
constexpr int64_t journal_version = 1;

Json study_record(int64_t trials, const Json& identity);
/// `params` are those of the decision's trial.
Json job_record(const Decision& decision, const Params& params);
Json pause_record(const Decision& decision);
Json end_record(const Decision& decision, const StudyResult& result, const Json& test);
Json epoch_record(int64_t job, int64_t trial, const EpochRecord& record);
/// A job that ended at `epoch` of `epochs`, or was stopped there.
Json result_record(int64_t job, int64_t trial, int64_t epoch, int64_t epochs, const JobEntry& entry);
Json fail_record(int64_t job, int64_t trial, const JobEntry& entry);

}  // namespace sluice
