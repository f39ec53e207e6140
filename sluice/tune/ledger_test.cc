#include "sluice/tune/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "sluice/base/error.h"
#include "sluice/tune/journal.h"
#include "sluice/tune/records.h"
#include "sluice/tune/summary.h"
#include "sluice/tune/testing/study_case.h"

namespace sluice {
namespace {

using ::testing::HasSubstr;
using testing::ScratchFolder;

Json study_line(int64_t trials) {
  return study_record(trials, Json::Object{{"objective", "max accuracy"}, {"slots", 4}});
}

Json job_line(int64_t job, int64_t trial, int64_t first, int64_t last) {
  Decision decision{
      .kind = Decision::Kind::job, .trial = trial, .first_epoch = first, .last_epoch = last, .epochs = 3, .job = job};
  return job_record(decision, Json::object());
}

Json epoch_line(int64_t job, int64_t trial, int64_t epoch, double value) {
  return epoch_record(job, trial, {epoch, Json::object(), value});
}

Json result_line(int64_t job, int64_t trial, int64_t epoch, double value, int64_t best_epoch, bool stopped = false) {
  auto state = stopped ? JobResult::State::stopped : JobResult::State::ended;
  return result_record(job, trial, epoch, 3, {.state = state, .value = value, .best_epoch = best_epoch, .seconds = 2});
}

/// Trial 0 finished with a tie, 1 is paused, 2 failed, 3 was stopped with the same value as 0, 4 runs.
std::vector<Json> lines() {
  return {study_line(9),
          job_line(0, 0, 1, 3),
          job_line(1, 1, 1, 1),
          job_line(2, 2, 1, 1),
          job_line(3, 3, 1, 3),
          job_line(4, 4, 1, 1),
          epoch_line(0, 0, 1, 0.5),
          epoch_line(1, 1, 1, 0.9),
          epoch_line(0, 0, 2, 0.7),
          epoch_line(0, 0, 3, 0.7),
          result_line(0, 0, 3, 0.7, 2),
          result_line(1, 1, 1, 0.9, 1),
          fail_record(2, 2, {.state = JobResult::State::failed, .message = "diverged", .seconds = 1}),
          epoch_line(3, 3, 1, 0.7),
          result_line(3, 3, 1, 0.7, 1, true)};
}

TEST(Ledger, CountsTheTimeOfEpochsBeforeAnInterruption) {
  Ledger ledger;
  ledger.add(study_record(1, Json::Object{{"objective", "max accuracy"}}));
  Decision decision;
  decision.job = decision.trial = 0;
  decision.last_epoch = decision.epochs = 3;
  ledger.add(job_record(decision, Json::object()));
  for (int64_t epoch = 1; epoch <= 3; ++epoch) ledger.add(epoch_record(0, 0, {epoch, Json::object(), 0.5, 4}));
  EXPECT_EQ(ledger.trial(0).seconds, 12);
  ledger.add(result_record(0, 0, 3, 3, {.value = 0.5, .best_epoch = 1, .seconds = 0.001}));
  EXPECT_EQ(ledger.trial(0).seconds, 12);
}

TEST(Ledger, CountsTrialsAndBreaksTiesByNumber) {
  Ledger ledger = read_ledger("study", lines());
  StudyResult result = ledger.result();
  EXPECT_EQ(result.trials, 5);
  EXPECT_EQ(result.completed, 2);
  EXPECT_EQ(result.failed, 1);
  EXPECT_EQ(result.pruned, 0);
  EXPECT_EQ(result.best->trial, 0);
  EXPECT_EQ(result.best->epoch, 2);
  EXPECT_EQ(ledger.trial(0).best_epoch(ledger.objective()), 2);
}

TEST(Ledger, KnowsHowManyTrialsWereAskedForWhen) {
  Ledger ledger;
  for (const Json& line : lines()) ledger.add(line);
  ledger.add(study_line(20));
  ledger.add(study_line(7));
  EXPECT_EQ(ledger.trials_asked(0), 9);
  EXPECT_EQ(ledger.trials_asked(4), 9);
  EXPECT_EQ(ledger.trials_asked(5), 7);
}

TEST(Ledger, NamesTheLineThatContradictsOthers) {
  auto fault_of = [](const Json& last) {
    auto all = lines();
    all.push_back(last);
    try {
      read_ledger("study", all);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(fault_of(epoch_line(0, 0, 5, 1)), HasSubstr("line 16: trial 0 cannot have epoch 5 after 3"));
  EXPECT_THAT(fault_of(epoch_line(9, 9, 1, 1)), HasSubstr("trial 9 was never started"));
  EXPECT_THAT(fault_of(job_line(9, 9, 1, 1)), HasSubstr("line 16"));
  EXPECT_THAT(fault_of(Json::Object{{"kind", "jop"}}), HasSubstr("unknown kind of line \"jop\""));
  Json newer = study_line(1);
  newer["version"] = journal_version + 1;
  EXPECT_THAT(fault_of(newer), HasSubstr("version 2"));
}

TEST(Summary, SaysWhereEveryTrialStands) {
  ScratchFolder directory;
  EXPECT_THROW(summarize_study(directory.path()), Error);
  std::optional<Journal> journal(std::in_place, directory.path());
  journal->append(lines());
  auto summary = summarize_study(directory.path());
  EXPECT_FALSE(summary.ended);
  EXPECT_TRUE(summary.running);
  EXPECT_EQ(summary.objective.text(), "max accuracy");
  EXPECT_EQ(summary.result.slots, 4);
  std::vector<std::string> states;
  for (const auto& trial : summary.trials) states.emplace_back(to_string(trial.state));
  EXPECT_EQ(states, (std::vector<std::string>{"completed", "paused", "failed", "completed", "running"}));
  EXPECT_EQ(summary.trials[0].records.size(), 3U);
  EXPECT_EQ(summary.trials[0].seconds, 2);
  EXPECT_EQ(summary.trials[2].message, "diverged");
  EXPECT_EQ(summary.trials[4].value, std::nullopt);
  journal.reset();
  summary = summarize_study(directory.path());
  EXPECT_FALSE(summary.running);
  EXPECT_EQ(to_string(summary.trials[4].state), "waiting");
}

}  // namespace
}  // namespace sluice
