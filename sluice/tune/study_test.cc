#include "sluice/tune/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/base/error.h"
#include "sluice/tune/summary.h"
#include "sluice/tune/testing/inline_executor.h"
#include "sluice/tune/testing/study_case.h"
#include "sluice/tune/testing/synthetic_runner.h"

namespace sluice {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::ScratchFolder;

StudyResult run(const StudyOptions& options, testing::SyntheticRunner& runner) {
  testing::InlineExecutor executor(runner);
  return run_study(options, runner, executor);
}

/// Returns the error that the study ends with.
Error error_of(const StudyOptions& options, testing::SyntheticRunner& runner) {
  try {
    run(options, runner);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::internal, "no error"};
}

/// A runner whose trials all finish.
testing::SyntheticRunner sound_runner() {
  testing::SyntheticRunner runner;
  runner.failing = 0;
  runner.stopping = 0;
  return runner;
}

TEST(Study, CountsTrialsAndFindsTheBest) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  auto result = run(testing::study_options(directory.path()), runner);
  EXPECT_EQ(result.stopped, StopReason::ended);
  EXPECT_EQ(result.trials, 12);
  EXPECT_EQ(result.slots, 4);
  EXPECT_EQ(result.completed + result.pruned + result.failed, 12);
  ASSERT_TRUE(result.best);
  auto summary = summarize_study(directory.path());
  EXPECT_TRUE(summary.ended);
  for (const auto& trial : summary.trials) {
    if (trial.state != TrialState::completed) continue;
    EXPECT_LE(*trial.value, result.best->value);
    EXPECT_TRUE(*trial.value < result.best->value || trial.number >= result.best->trial);
  }
  Path kept = testing::SyntheticRunner::checkpoint(directory / ("trials/" + std::to_string(result.best->trial)),
                                                   result.best->epoch);
  EXPECT_TRUE(std::filesystem::exists(kept));
}

TEST(Study, RunsTheDefaultsAndTheEnqueuedFirst) {
  ScratchFolder directory;
  auto runner = sound_runner();
  auto options = testing::study_options(directory.path());
  options.trials = 3;
  options.enqueue = {Json::parse(R"({"rate": 1, "units": 3})")};
  run(options, runner);
  auto trials = summarize_study(directory.path()).trials;
  EXPECT_EQ(trials[0].params.dump(), R"({"units":7,"rate":0.1})");
  EXPECT_EQ(trials[1].params.dump(), R"({"units":3,"rate":1.0})");
  EXPECT_NE(trials[2].params, trials[1].params);
}

TEST(Study, ThatEndedGivesItsResultWithoutRunningAnything) {
  ScratchFolder directory;
  auto runner = sound_runner();
  auto options = testing::study_options(directory.path());
  int ends = 0;
  options.at_end = [&](const StudyResult& result) {
    ++ends;
    EXPECT_EQ(result.completed, 12);
    return Json(Json::Object{{"best", result.best->trial}});
  };
  auto first = run(options, runner);
  auto decisions = testing::decisions_of(directory.path());
  runner.before_epoch = [](const Job&, int64_t) { FAIL(); };
  for (int64_t trials : {12, 5}) {
    options.trials = trials;
    auto again = run(options, runner);
    EXPECT_EQ(again.best->trial, first.best->trial);
    EXPECT_EQ(again.test, first.test);
    EXPECT_EQ(again.trials, 12);
  }
  EXPECT_EQ(first.test.at("best").as_integer(), first.best->trial);
  EXPECT_EQ(ends, 1);
  EXPECT_EQ(testing::decisions_of(directory.path()), decisions);
}

TEST(Study, IsExtendedFromItsEnd) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  auto options = testing::study_options(directory.path());
  run(options, runner);
  auto before = testing::decisions_of(directory.path());
  uint64_t end = static_cast<uint64_t>(Json::parse(before.back()).at("time").as_integer());
  options.trials = 20;
  auto result = run(options, runner);
  EXPECT_EQ(result.trials, 20);
  auto after = testing::decisions_of(directory.path());
  ASSERT_GT(after.size(), before.size() + 4);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
  for (size_t slot = 0; slot < 4; ++slot) {
    Json job = Json::parse(after[before.size() + slot]);
    EXPECT_EQ(job.at("start").as_integer(), static_cast<int64_t>(end));
    EXPECT_EQ(job.at("slot").as_integer(), static_cast<int64_t>(slot));
  }
  options.trials = 12;
  EXPECT_EQ(run(options, runner).trials, 20);
}

TEST(Study, TakesSlotsFromTheDirectoryWhenNoneAreAskedFor) {
  ScratchFolder directory;
  auto runner = sound_runner();
  auto options = testing::study_options(directory.path());
  options.slots = 3;
  run(options, runner);
  options.slots.reset();
  EXPECT_EQ(run(options, runner).slots, 3);
  options.slots = 2;
  EXPECT_THAT(error_of(options, runner).what(), HasSubstr("slots (3 there, 2 here)"));
}

TEST(Study, NamesTheFactsInWhichAnotherIdentityDiffers) {
  ScratchFolder directory;
  auto runner = sound_runner();
  auto options = testing::study_options(directory.path());
  options.identity = Json::parse(R"({"data": "abc", "model": "def"})");
  run(options, runner);
  options.seed = 2;
  options.identity["data"] = "xyz";
  auto error = error_of(options, runner);
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr(directory.path().string()));
  EXPECT_THAT(error.what(), HasSubstr("seed (1 there, 2 here)"));
  EXPECT_THAT(error.what(), HasSubstr(R"(data ("abc" there, "xyz" here))"));
  EXPECT_THAT(error.what(), Not(HasSubstr("model")));
}

TEST(Study, FailsATrialWhoseRunnerThrowsOrRunsOutOfMemory) {
  ScratchFolder directory;
  auto runner = sound_runner();
  runner.before_epoch = [](const Job& job, int64_t epoch) {
    if (job.trial == 2) throw Error(ErrorCode::failed, "diverged: loss is nan");
    if (job.trial == 3) throw std::bad_alloc();
    if (job.trial == 4 && epoch == 2) throw invalid("kernel larger than the picture");
  };
  auto result = run(testing::study_options(directory.path()), runner);
  EXPECT_EQ(result.failed, 3);
  EXPECT_EQ(result.completed, 9);
  auto trials = summarize_study(directory.path()).trials;
  EXPECT_EQ(trials[2].message, "diverged: loss is nan");
  EXPECT_EQ(trials[3].message, "out of memory");
  EXPECT_EQ(trials[4].state, TrialState::failed);
}

TEST(Study, GoesOnWhenTheDefaultFails) {
  ScratchFolder directory;
  auto runner = sound_runner();
  runner.before_epoch = [](const Job& job, int64_t) {
    if (job.trial == 0) throw Error(ErrorCode::failed, "diverged");
  };
  auto result = run(testing::study_options(directory.path()), runner);
  EXPECT_FALSE(result.default_trial);
  EXPECT_TRUE(result.best);
}

TEST(Study, HasNoBestWhenAllTrialsFail) {
  ScratchFolder directory;
  auto runner = sound_runner();
  runner.before_epoch = [](const Job&, int64_t) { throw Error(ErrorCode::failed, "diverged"); };
  auto result = run(testing::study_options(directory.path()), runner);
  EXPECT_FALSE(result.best);
  EXPECT_EQ(result.failed, 12);
  EXPECT_EQ(result.stopped, StopReason::ended);
}

TEST(Study, StopsWhenTheDiskIsFullAndGoesOnLater) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  run(testing::study_options(directory / "undisturbed"), runner);
  auto options = testing::study_options(directory / "full");
  runner.before_epoch = [](const Job& job, int64_t epoch) {
    if (job.trial == 5 && epoch == 2) throw Error(ErrorCode::io, "no space left on device");
  };
  auto error = error_of(options, runner);
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_THAT(error.what(), HasSubstr("no space"));
  runner.before_epoch = nullptr;
  run(options, runner);
  EXPECT_EQ(testing::decisions_of(directory / "full"), testing::decisions_of(directory / "undisturbed"));
}

TEST(Study, KeepsResultsWhenInterruptedAndGoesOnLater) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  run(testing::study_options(directory / "undisturbed"), runner);
  auto options = testing::study_options(directory / "interrupted");
  std::atomic<bool> stop = false;
  options.stop = &stop;
  int64_t epochs = 0;
  runner.before_epoch = [&](const Job&, int64_t) { stop = ++epochs % 7 == 0; };
  int interruptions = 0;
  while (run(options, runner).stopped == StopReason::interrupted) {
    stop = false;
    ++interruptions;
    EXPECT_FALSE(summarize_study(directory / "interrupted").ended);
  }
  EXPECT_GT(interruptions, 5);
  EXPECT_EQ(testing::decisions_of(directory / "interrupted"), testing::decisions_of(directory / "undisturbed"));
}

TEST(Study, StopsAtItsTimeoutAndGoesOnLater) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  run(testing::study_options(directory / "undisturbed"), runner);
  auto options = testing::study_options(directory / "timeout");
  options.timeout = std::chrono::milliseconds(20);
  runner.before_epoch = [](const Job&, int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
  int timeouts = 0;
  while (run(options, runner).stopped == StopReason::timeout) ++timeouts;
  EXPECT_GT(timeouts, 2);
  EXPECT_EQ(testing::decisions_of(directory / "timeout"), testing::decisions_of(directory / "undisturbed"));
}

TEST(Study, EndsWithFewerTrialsWhenTheGridIsExhausted) {
  ScratchFolder directory;
  auto runner = sound_runner();
  auto options = testing::study_options(directory.path());
  options.space = Space::read(Json::parse(R"({"units": {"int": [1, 3]}, "rate": {"choice": [0.1, 0.2]}})"));
  options.defaults = Json::parse(R"({"units": 9, "rate": 0.1})");
  options.sampler = "grid";
  EXPECT_EQ(run(options, runner).trials, 7);
  options.trials = 30;
  EXPECT_EQ(run(options, runner).trials, 7);
}

TEST(Study, TellsWhatHappens) {
  ScratchFolder directory;
  auto runner = sound_runner();
  auto options = testing::study_options(directory.path());
  options.trials = 2;
  std::vector<std::string> events;
  options.observe = [&](const StudyEvent& event) {
    events.push_back(std::to_string(static_cast<int>(event.kind)) + ":" + std::to_string(event.trial) + ":" +
                     std::to_string(event.completed));
  };
  runner.epochs_per_trial = 1;
  run(options, runner);
  EXPECT_EQ(events, (std::vector<std::string>{"2:0:0", "2:1:0", "3:0:0", "5:0:1", "3:1:1", "5:1:2"}));
}

TEST(Study, RefusesOptionsBeforeItTouchesTheDirectory) {
  ScratchFolder directory;
  auto runner = sound_runner();
  auto refused = [&](auto change, const std::string& message) {
    auto options = testing::study_options(directory / "study");
    change(options);
    EXPECT_THAT(error_of(options, runner).what(), HasSubstr(message));
    EXPECT_FALSE(std::filesystem::exists(options.directory));
  };
  refused([](StudyOptions& options) { options.trials = 0; }, "trials");
  refused([](StudyOptions& options) { options.slots = 0; }, "slots");
  refused([](StudyOptions& options) { options.sampler = "rando"; }, "Did you mean \"random\"");
  refused([](StudyOptions& options) { options.pruner = "nonee"; }, "Did you mean \"none\"");
  refused([](StudyOptions& options) { options.sampler = "grid"; }, "\"rate\"");
  refused([](StudyOptions& options) { options.sampler = Json::parse(R"({"random": {"x": 1}})"); }, "\"x\"");
  refused([](StudyOptions& options) { options.defaults = Json::parse(R"({"units": 1})"); }, "rate");
  refused([](StudyOptions& options) { options.defaults["unit"] = 1; }, "Did you mean \"units\"");
}

TEST(Study, RefusesAJournalThatDoesNotFit) {
  ScratchFolder directory;
  auto runner = sound_runner();
  auto options = testing::study_options(directory.path());
  std::atomic<bool> stop = false;
  options.stop = &stop;
  runner.before_epoch = [&](const Job& job, int64_t) { stop = job.trial == 6; };
  run(options, runner);
  stop = false;
  runner.before_epoch = nullptr;
  runner.epochs_per_trial = 8;
  auto error = error_of(options, runner);
  EXPECT_EQ(error.code(), ErrorCode::internal);
  EXPECT_THAT(error.what(), HasSubstr("does not fit"));
}

}  // namespace
}  // namespace sluice
