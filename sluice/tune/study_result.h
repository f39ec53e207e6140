#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sluice/tune/space.h"

namespace sluice {

/// A trial that finished its training.
struct FinishedTrial {
  int64_t trial = 0;
  Params params;
  double value = 0;   ///< Best objective over its epochs.
  int64_t epoch = 0;  ///< The epoch that had it, the earliest on a tie; its checkpoint is kept.
};

/// Why a run of a study came back. Persistent: the names appear in `--json` output.
enum class StopReason { ended, timeout, interrupted };

/// Returns "ended", "timeout" or "interrupted".
std::string_view to_string(StopReason reason);

/// What a study knows so far. At its end `completed + pruned + failed = trials`.
struct StudyResult {
  int64_t trials = 0;  ///< Started trials.
  int64_t completed = 0;
  int64_t pruned = 0;
  int64_t failed = 0;
  std::optional<FinishedTrial> best;           ///< Nothing when no trial finished.
  std::optional<FinishedTrial> default_trial;  ///< Trial 0, when it finished.
  Json test;  ///< What `StudyOptions::at_end` returned, from the journal where the study had ended before; else null.
  StopReason stopped = StopReason::ended;
  int64_t slots = 0;
};

}  // namespace sluice
