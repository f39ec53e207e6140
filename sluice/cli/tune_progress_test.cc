#include "sluice/cli/tune_progress.h"

#include <gmock/gmock.h>

namespace sluice::cli {
namespace {

using Kind = StudyEvent::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(TuneProgress, ShowsRunningTrialsAndTheStudy) {
  Progress progress(stderr, ProgressStyle::none);
  std::atomic<bool> stopping = false;
  TuneProgress shown(progress, {.trials = 10, .workers = 2, .metric = "val_accuracy"}, stopping);
  auto now = TuneProgress::Clock::now();
  EXPECT_THAT(shown.live_lines(now), ElementsAre("0 of 10 trials done"));
  shown.observe({.kind = Kind::trial_started, .trial = 0, .params = Json::parse(R"({"units": 8})"), .epochs = 9});
  shown.observe({.kind = Kind::trial_started, .trial = 1, .params = Json::parse(R"({"units": 16})"), .epochs = 9});
  shown.observe({.kind = Kind::trial_started, .trial = 2, .params = Json::parse(R"({"units": 32})")});
  shown.observe({.kind = Kind::epoch_done, .trial = 1, .epoch = {.epoch = 3, .objective = 0.875}});
  EXPECT_THAT(shown.live_lines(now),
              ElementsAre(HasSubstr("epoch 1 of 9  units=8"), HasSubstr("epoch 4 of 9  val_accuracy 0.875  units=16"),
                          "0 of 10 trials done"));
  shown.observe({.kind = Kind::trial_finished, .trial = 0, .value = 0.5, .completed = 1, .best = 0.5});
  shown.observe(
      {.kind = Kind::trial_failed, .trial = 1, .message = "diverged", .completed = 1, .failed = 1, .best = 0.5});
  EXPECT_THAT(shown.live_lines(now), ElementsAre(HasSubstr("trial 2"), HasSubstr("2 of 10 trials done")));
  std::string study = shown.live_lines(TuneProgress::Clock::now()).back();
  EXPECT_THAT(study, testing::MatchesRegex("2 of 10 trials done, 1 failed, best 0.5  .* trials/min.*"));
  shown.observe({.kind = Kind::trial_finished,
                 .trial = 2,
                 .value = 0.5,
                 .started = 12,
                 .completed = 9,
                 .failed = 1,
                 .best = 0.5});
  EXPECT_THAT(shown.live_lines(now).back(), HasSubstr("10 of 12 trials done"));
  shown.observe(
      {.kind = Kind::trial_started, .trial = 3, .epochs = 5, .epoch = {.epoch = 5, .objective = 0.75}, .started = 12});
  EXPECT_THAT(shown.live_lines(now).front(), HasSubstr("epoch 5 of 5  val_accuracy 0.75"));
  stopping = true;
  EXPECT_THAT(shown.live_lines(now).back(), HasSubstr("Ctrl-C again: now"));
}

TEST(TuneProgress, PausedTrialsCountForThePace) {
  Progress progress(stderr, ProgressStyle::none);
  std::atomic<bool> stopping = false;
  TuneProgress shown(progress, {.trials = 10, .workers = 2, .metric = "val_accuracy"}, stopping);
  shown.observe({.kind = Kind::trial_started, .trial = 0, .epochs = 9, .started = 1});
  shown.observe({.kind = Kind::trial_started, .trial = 1, .epochs = 9, .started = 2});
  shown.observe({.kind = Kind::trial_paused, .trial = 1, .started = 2});
  EXPECT_THAT(shown.live_lines(TuneProgress::Clock::now()).back(),
              testing::MatchesRegex("0 of 10 trials done, 1 paused  .* trials/min.*"));
  shown.observe({.kind = Kind::trial_started, .trial = 1, .epochs = 9, .epoch = {.epoch = 1}, .started = 2});
  EXPECT_THAT(shown.live_lines(TuneProgress::Clock::now()).back(), testing::Not(HasSubstr("paused")));
}

}  // namespace
}  // namespace sluice::cli
