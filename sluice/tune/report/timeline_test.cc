#include "sluice/tune/report/timeline.h"

#include <gmock/gmock.h>

namespace sluice {
namespace {

JobSummary job(int64_t trial, double end, double seconds) {
  JobSummary job{.trial = trial, .first_epoch = 1, .last_epoch = 3};
  job.ended = JobEntry{.seconds = seconds, .at = end};
  return job;
}

std::vector<int64_t> lanes(const Timeline& timeline) {
  std::vector<int64_t> lanes;
  for (const TimelineBar& bar : timeline.bars) lanes.push_back(bar.lane);
  return lanes;
}

TEST(Timeline, GivesJobsThatMeetLanesOfTheirOwn) {
  StudySummary study;
  study.jobs = {job(0, 104, 4), job(1, 102, 2), job(2, 105, 3), job(3, 106, 2)};  // 100-104, 100-102, 102-105, 104-106
  const auto timeline = timeline_of(study);
  ASSERT_TRUE(timeline);
  EXPECT_TRUE(timeline->measured);
  EXPECT_EQ(timeline->lanes, 2);
  EXPECT_THAT(lanes(*timeline), ::testing::ElementsAre(0, 1, 1, 0));
  EXPECT_DOUBLE_EQ(timeline->bars[0].start, 0);
  EXPECT_NEAR(timeline->utilisation, 11.0 / 12, 1e-9);
}

TEST(Timeline, CutsOutTimesInWhichNobodyWorked) {
  StudySummary study;
  study.jobs = {job(0, 110, 10), job(1, 5000, 10)};
  const auto timeline = timeline_of(study);
  EXPECT_NEAR(timeline->bars[1].start, 11, 1e-9);
  EXPECT_EQ(timeline->lanes, 1);
}

TEST(Timeline, LeavesOutWhatTookNoTimeAndWhatRuns) {
  StudySummary study;
  study.jobs = {job(0, 110, 10), job(1, 110, 0), JobSummary{.trial = 2}};
  EXPECT_EQ(timeline_of(study)->bars.size(), 1);
  EXPECT_FALSE(timeline_of(StudySummary{}));
}

TEST(Timeline, OldJournalsHaveTheLogicalClock) {
  StudySummary study;
  study.result.slots = 4;
  study.jobs = {{.trial = 0, .slot = 0, .start = 0, .cost = 50, .ended = JobEntry{.seconds = 1}},
                {.trial = 1, .slot = 3, .start = 100, .cost = 50, .ended = JobEntry{.seconds = 1}}};
  const auto timeline = timeline_of(study);
  EXPECT_FALSE(timeline->measured);
  EXPECT_EQ(timeline->lanes, 4);
  EXPECT_THAT(lanes(*timeline), ::testing::ElementsAre(0, 3));
  EXPECT_DOUBLE_EQ(timeline->bars[1].end, 1);
}

}  // namespace
}  // namespace sluice
