#pragma once

#include <optional>
#include <vector>

#include "sluice/tune/summary.h"

namespace sluice {

/// One segment of a trial as it was worked on.
struct TimelineBar {
  int64_t trial = 0;
  int64_t first_epoch = 0;
  int64_t last_epoch = 0;
  bool failed = false;
  int64_t lane = 0;
  double start = 0;
  double end = 0;
};

/// Who worked when. Bars of a lane do not meet.
struct Timeline {
  bool measured = false;   ///< Times are seconds since the first start; else those of the logical clock, from 0 to 1.
  int64_t lanes = 0;       ///< Workers; else slots.
  double utilisation = 0;  ///< Share of the lanes' time that was worked.
  std::vector<TimelineBar> bars;  ///< By start.
};

/// The timeline of a study's jobs that have ended. Times in which nobody worked, as the study was stopped, are cut out.
/// Where the journal is too old to say when jobs ended, it is that of the logical clock. Nothing without a job.
std::optional<Timeline> timeline_of(const StudySummary& study);

}  // namespace sluice
