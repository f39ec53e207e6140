#include "sluice/cli/study_changes.h"

#include <gmock/gmock.h>

namespace sluice::cli {
namespace {

using Kind = StudyEvent::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

StudySummary study_of(std::vector<TrialState> states, size_t epochs = 0) {
  StudySummary study;
  for (TrialState state : states) {
    const auto number = static_cast<int64_t>(study.trials.size());
    study.trials.push_back({.number = number, .state = state, .epochs = 9});
    for (size_t i = 1; i <= epochs; ++i)
      study.trials.back().records.push_back({.epoch = static_cast<int64_t>(i), .objective = 0.5});
    study.result.completed += state == TrialState::completed;
  }
  study.result.trials = static_cast<int64_t>(states.size());
  return study;
}

std::vector<std::pair<Kind, int64_t>> changes(const StudySummary& before, const StudySummary& now) {
  std::vector<std::pair<Kind, int64_t>> kinds;
  for (const StudyEvent& event : study_changes(before, now)) kinds.emplace_back(event.kind, event.trial);
  return kinds;
}

TEST(StudyChanges, FirstLookHasWhatRuns) {
  const StudySummary now = study_of({TrialState::completed, TrialState::running, TrialState::paused});
  EXPECT_THAT(changes({}, now), ElementsAre(std::pair(Kind::trial_started, 1)));
}

TEST(StudyChanges, TellsWhatHappened) {
  using enum TrialState;
  const StudySummary before = study_of({running, running, paused, running}, 1);
  const StudySummary now = study_of({completed, paused, running, running, failed, running, paused}, 2);
  EXPECT_THAT(changes(before, now), ElementsAre(std::pair(Kind::trial_finished, 0), std::pair(Kind::trial_paused, 1),
                                                std::pair(Kind::trial_started, 2), std::pair(Kind::epoch_done, 3),
                                                std::pair(Kind::trial_failed, 4), std::pair(Kind::trial_started, 5),
                                                std::pair(Kind::trial_paused, 6)));
  const StudyEvent event = study_changes(before, now)[0];
  EXPECT_EQ(event.started, 7);
  EXPECT_EQ(event.completed, 1);
  EXPECT_THAT(changes(now, now), IsEmpty());
}

TEST(StudyChanges, PrunedTrialsAreNoNews) {
  using enum TrialState;
  EXPECT_THAT(changes(study_of({completed, paused}), study_of({completed, pruned})), IsEmpty());
}

}  // namespace
}  // namespace sluice::cli
