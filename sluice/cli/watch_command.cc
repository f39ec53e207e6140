#include "sluice/cli/watch_command.h"

#include <chrono>
#include <thread>

#include "sluice/cli/describe_study.h"
#include "sluice/cli/interrupt.h"
#include "sluice/cli/study_changes.h"
#include "sluice/cli/tune_progress.h"
#include "sluice/tune/journal.h"

namespace sluice::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// Counts of a study as events have them.
StudyEvent counts_of(const StudySummary& study) {
  StudyEvent event{.kind = StudyEvent::Kind::resumed, .started = study.result.trials};
  event.completed = study.result.completed;
  event.failed = study.result.failed;
  if (study.result.best) event.best = study.result.best->value;
  return event;
}

/// A study as it was at one moment.
struct Look {
  StudySummary study;
  uintmax_t bytes;        ///< Of its journal, or a little less.
  Clock::duration taken;  ///< Time to read it.
};

Look look_at(const Path& directory) {
  const Clock::time_point start = Clock::now();
  const uintmax_t bytes = std::filesystem::file_size(journal_path(directory));
  StudySummary study = summarize_study(directory);
  return {std::move(study), bytes, Clock::now() - start};
}

/// Waits until there is something new to see; false when the user stops it. A long journal is read less often.
bool wait_for_change(const Path& directory, const Look& last, const std::atomic<bool>& stop) {
  const Clock::time_point next = Clock::now() + 4 * last.taken;
  while (!stop) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (Clock::now() < next) continue;
    if (std::filesystem::file_size(journal_path(directory)) != last.bytes || !study_is_running(directory)) return true;
  }
  return false;
}

/// Shows the study until it stops; returns how it is then.
StudySummary watch(const Path& directory, Progress& progress) {
  const std::atomic<bool>& stop = watch_interrupts();
  Look look = look_at(directory);
  TuneProgress shown(progress,
                     {.trials = look.study.asked_trials,
                      .workers = look.study.result.slots,
                      .metric = look.study.objective.metric,
                      .watching = true},
                     stop);
  shown.observe(counts_of(look.study));
  for (StudySummary before;;) {
    for (const StudyEvent& event : study_changes(before, look.study)) shown.observe(event);
    if (!look.study.running || !wait_for_change(directory, look, stop)) return std::move(look.study);
    before = std::move(look.study);
    look = look_at(directory);
  }
}

}  // namespace

CommandResult run_watch(const WatchRequest& request, const CommonOptions&, Progress& progress) {
  summarize_study(request.study);  // Whether there is one.
  const StudySummary study = watch(request.study, progress);
  return {.json = study_json(study, request.study), .text = study_text(study, request.study), .error = {}};
}

}  // namespace sluice::cli
