#pragma once

#include <string>
#include <vector>

#include "sluice/experiment/run_record.h"

namespace sluice::cli {

/// All runs with what their records hold.
Json runs_json(const std::vector<RunRecord>& runs);

/// A table of the runs; `folder` is named where there is none.
std::string runs_text(const std::vector<RunRecord>& runs, const std::string& folder);

/// What two runs had different, and their metrics by epoch.
Json comparison_json(const RunRecord& a, const RunRecord& b);

/// The same for people; with a chart of val_loss, or of loss where one of them has no val_loss.
std::string comparison_text(const RunRecord& a, const RunRecord& b, bool with_chart);

}  // namespace sluice::cli
