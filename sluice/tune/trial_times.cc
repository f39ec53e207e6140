#include "sluice/tune/trial_times.h"

#include <algorithm>

namespace sluice {

std::vector<TrialTimes> trial_times(const StudySummary& study) {
  std::vector<TrialTimes> all(study.trials.size());
  for (size_t i = 0; i < all.size(); ++i) all[i].epochs.resize(study.trials[i].records.size());
  for (const JobSummary& job : study.jobs) {
    if (!job.ended || !job.ended->at) continue;
    const auto number = static_cast<size_t>(job.trial);
    TrialTimes& times = all[number];
    const double end = *job.ended->at;
    if (!times.start) times.start = end - job.ended->seconds;
    times.end = end;
    double done = end;
    const auto last = std::min(static_cast<size_t>(job.last_epoch), times.epochs.size());
    for (size_t epoch = last; epoch >= static_cast<size_t>(job.first_epoch); --epoch) {
      times.epochs[epoch - 1] = done;
      done -= study.trials[number].records[epoch - 1].seconds;
    }
  }
  return all;
}

}  // namespace sluice
