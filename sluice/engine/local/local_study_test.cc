#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <random>

#include "sluice/base/error.h"
#include "sluice/base/random_cases_testing.h"
#include "sluice/engine/local/local_executor.h"
#include "sluice/tune/journal.h"
#include "sluice/tune/study.h"
#include "sluice/tune/summary.h"
#include "sluice/tune/testing/study_case.h"
#include "sluice/tune/testing/synthetic_runner.h"

namespace sluice {
namespace {

using ::testing::HasSubstr;
using testing::ScratchFolder;

/// Runs a study on threads.
StudyResult run(StudyOptions options, testing::SyntheticRunner& runner, int64_t workers, const char* pruner) {
  options.pruner = pruner;
  options.sampler = "tpe";
  auto executor = make_local_executor(runner, workers);
  return run_study(options, runner, *executor);
}

/// What must be the same however a study is run: its decisions, its trials, and the winner's checkpoint.
std::vector<std::string> facts_of(const Path& directory) {
  auto facts = testing::decisions_of(directory);
  auto summary = summarize_study(directory);
  for (const auto& trial : summary.trials) {
    facts.push_back(std::string(to_string(trial.state)) + " " + std::to_string(trial.value.value_or(-1)) + " " +
                    std::to_string(trial.best_epoch) + " of " + std::to_string(trial.records.size()) + " " +
                    trial.message);
  }
  if (const auto& best = summary.result.best) {
    Path kept = directory / "trials" / std::to_string(best->trial);
    facts.push_back(read_file(testing::SyntheticRunner::checkpoint(kept, best->epoch)));
  }
  return facts;
}

class LocalStudy : public ::testing::TestWithParam<const char*> {};

TEST_P(LocalStudy, IsTheSameAtAnyNumberOfWorkers) {
  for (uint64_t seed : {1, 2, 3}) {
    ScratchFolder directory;
    for (int64_t workers : {1, 2, 5}) {
      testing::SyntheticRunner runner;
      runner.longest_sleep_us = 300;
      auto options = testing::study_options(directory / std::to_string(workers));
      options.seed = seed;
      options.trials = 30;
      run(options, runner, workers, GetParam());
    }
    EXPECT_EQ(facts_of(directory / "2"), facts_of(directory / "1"));
    EXPECT_EQ(facts_of(directory / "5"), facts_of(directory / "1"));
  }
}

uintmax_t size_of(const Path& path) { return std::filesystem::exists(path) ? std::filesystem::file_size(path) : 0; }

/// Runs the study in another process and kills that a random moment after its journal has grown by a random length.
/// Returns true when it was done before.
bool run_and_kill(const StudyOptions& options, const char* pruner, std::mt19937& random) {
  Path journal = journal_path(options.directory);
  uintmax_t enough = size_of(journal) + random() % 6000;
  pid_t child = fork();
  if (child == 0) {
    testing::SyntheticRunner runner;
    runner.longest_sleep_us = 1000;
    bool good = run(options, runner, 2, pruner).stopped == StopReason::ended;
    _exit(good ? 0 : 1);
  }
  int status = 0;
  while (size_of(journal) < enough) {
    if (waitpid(child, &status, WNOHANG) == child) {
      EXPECT_EQ(status, 0);
      return true;
    }
    usleep(200);
  }
  usleep(static_cast<useconds_t>(random() % 2000));
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || status == 0);
  return status == 0;
}

TEST_P(LocalStudy, IsTheSameAfterKills) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  auto undisturbed = testing::study_options(directory / "undisturbed");
  undisturbed.trials = 40;
  run(undisturbed, runner, 1, GetParam());
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int kills = 0;
  for (int study = 0; kills < testing::random_cases(10); ++study) {
    auto options = undisturbed;
    options.directory = directory / std::to_string(study);
    while (!run_and_kill(options, GetParam(), random)) ASSERT_LT(++kills, 1000);
    ASSERT_EQ(facts_of(options.directory), facts_of(undisturbed.directory));
  }
}

TEST_P(LocalStudy, TakesAnotherNumberOfTrialsAtTheLastDecision) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  auto options = testing::study_options(directory.path());
  std::atomic<bool> stop = false;
  options.stop = &stop;
  std::atomic<int> epochs = 0;
  runner.before_epoch = [&](const Job&, int64_t) {
    if (++epochs == 20) stop = true;
  };
  EXPECT_EQ(run(options, runner, 2, GetParam()).stopped, StopReason::interrupted);
  stop = false;
  options.trials = 25;
  epochs = 0;
  auto interrupted = run(options, runner, 2, GetParam());
  EXPECT_EQ(interrupted.stopped, StopReason::interrupted);
  stop = false;
  options.trials = 16;
  EXPECT_EQ(run(options, runner, 2, GetParam()).trials, std::max<int64_t>(16, interrupted.trials));
  // From here on the journal must lead to the same decisions again and again.
  for (int64_t trials : {26, 27, 30}) {
    options.trials = trials;
    EXPECT_EQ(run(options, runner, 2, GetParam()).trials, trials);
  }
}

TEST_P(LocalStudy, StopsWhenTheDiskIsFullAndGoesOnLater) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  runner.longest_sleep_us = 200;
  run(testing::study_options(directory / "undisturbed"), runner, 2, GetParam());
  auto options = testing::study_options(directory / "full");
  runner.before_epoch = [](const Job& job, int64_t) {
    if (job.trial == 5) throw Error(ErrorCode::io, "no space left on device");
  };
  EXPECT_THROW(run(options, runner, 3, GetParam()), Error);
  runner.before_epoch = nullptr;
  run(options, runner, 3, GetParam());
  EXPECT_EQ(facts_of(directory / "full"), facts_of(directory / "undisturbed"));
}

INSTANTIATE_TEST_SUITE_P(Pruners, LocalStudy, ::testing::Values("none", "asha", "median", "hyperband", "top_k"),
                         [](const auto& pruner) { return std::string(pruner.param); });

TEST(LocalStudyProcesses, TwoOnOneDirectoryAreRefused) {
  ScratchFolder directory;
  auto options = testing::study_options(directory.path());
  pid_t child = fork();
  if (child == 0) {
    testing::SyntheticRunner runner;
    runner.before_epoch = [](const Job&, int64_t) { sleep(20); };
    run(options, runner, 1, "none");
    _exit(0);
  }
  while (read_journal(directory.path()).records.empty()) usleep(1000);
  testing::SyntheticRunner runner;
  try {
    run(options, runner, 1, "none");
    FAIL() << "both run";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_THAT(error.what(), HasSubstr(directory.path().string()));
  }
  EXPECT_FALSE(summarize_study(directory.path()).ended);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(LocalStudyWorkers, BeyondTheSlotsBringAWarning) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  auto options = testing::study_options(directory.path());
  options.slots = 2;
  int warnings = 0;
  options.observe = [&](const StudyEvent& event) { warnings += event.kind == StudyEvent::Kind::warning; };
  run(options, runner, 3, "none");
  EXPECT_EQ(warnings, 1);
}

TEST(LocalStudyWorkers, RaiseTheSlotsOfANewStudy) {
  ScratchFolder directory;
  testing::SyntheticRunner runner;
  auto options = testing::study_options(directory.path());
  options.slots.reset();
  EXPECT_EQ(run(options, runner, 6, "none").slots, 6);
  EXPECT_EQ(run(options, runner, 1, "none").slots, 6);
}

}  // namespace
}  // namespace sluice
