#include "sluice/tune/report/timeline.h"

#include <algorithm>

namespace sluice {
namespace {

constexpr double longest_idle = 1;  ///< Seconds without a worker at work that are left.

TimelineBar bar_of(const JobSummary& job) {
  return {.trial = job.trial,
          .first_epoch = job.first_epoch,
          .last_epoch = job.last_epoch,
          .failed = job.ended->state == JobResult::State::failed,
          .lane = job.slot};
}

/// Jobs as they were measured: what took no time was not worked on.
std::vector<TimelineBar> measured_bars(const StudySummary& study) {
  std::vector<TimelineBar> bars;
  for (const JobSummary& job : study.jobs) {
    if (!job.ended || !job.ended->at || job.ended->seconds <= 0) continue;
    bars.push_back(bar_of(job));
    bars.back().start = *job.ended->at - job.ended->seconds;
    bars.back().end = *job.ended->at;
  }
  std::ranges::sort(bars, {}, &TimelineBar::start);
  return bars;
}

std::vector<TimelineBar> logical_bars(const StudySummary& study) {
  std::vector<TimelineBar> bars;
  double last = 0;
  for (const JobSummary& job : study.jobs) {
    if (!job.ended) continue;
    bars.push_back(bar_of(job));
    bars.back().start = static_cast<double>(job.start);
    bars.back().end = static_cast<double>(job.start) + 2 * static_cast<double>(job.cost);
    last = std::max(last, bars.back().end);
  }
  for (TimelineBar& bar : bars) {
    bar.start /= last;
    bar.end /= last;
  }
  std::ranges::sort(bars, {}, &TimelineBar::start);
  return bars;
}

/// Moves bars so that the first starts at 0 and no longer time passes without one.
void cut_idle_times(std::vector<TimelineBar>& bars) {
  double moved = bars.front().start, end = bars.front().start;
  for (TimelineBar& bar : bars) {
    moved += std::max(bar.start - end - longest_idle, 0.0);
    end = std::max(end, bar.end);
    bar.start -= moved;
    bar.end -= moved;
  }
}

/// Gives each bar the lane that has been free for the shortest time; returns the number of lanes.
int64_t assign_lanes(std::vector<TimelineBar>& bars) {
  constexpr double overlap = 1e-3;  // Clocks of processes and of the machine are read one after the other.
  std::vector<double> ends;
  for (TimelineBar& bar : bars) {
    size_t lane = ends.size();
    for (size_t i = 0; i < ends.size(); ++i) {
      const bool is_free = ends[i] <= bar.start + overlap;
      if (is_free && (lane == ends.size() || ends[i] > ends[lane])) lane = i;
    }
    if (lane == ends.size()) ends.push_back(0);
    ends[lane] = bar.end;
    bar.lane = static_cast<int64_t>(lane);
  }
  return static_cast<int64_t>(ends.size());
}

double utilisation_of(const Timeline& timeline) {
  double worked = 0, end = 0;
  for (const TimelineBar& bar : timeline.bars) {
    worked += bar.end - bar.start;
    end = std::max(end, bar.end);
  }
  return end > 0 ? std::min(worked / (end * static_cast<double>(timeline.lanes)), 1.0) : 0;
}

}  // namespace

std::optional<Timeline> timeline_of(const StudySummary& study) {
  Timeline timeline{.bars = measured_bars(study)};
  timeline.measured = !timeline.bars.empty();
  if (timeline.measured) {
    cut_idle_times(timeline.bars);
    timeline.lanes = assign_lanes(timeline.bars);
  } else {
    timeline.bars = logical_bars(study);
    timeline.lanes = study.result.slots;
  }
  if (timeline.bars.empty()) return std::nullopt;
  timeline.utilisation = utilisation_of(timeline);
  return timeline;
}

}  // namespace sluice
