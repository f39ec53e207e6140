#include "sluice/experiment/run_record.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>

#include "sluice/experiment/run_log.h"
#include "sluice/experiment/tiny_experiment_testing.h"
#include "sluice/experiment/train.h"

namespace sluice {
namespace {

using sluice::testing::error_of;
using sluice::testing::make_tiny_experiment;
using sluice::testing::ScratchFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TrainResult train(const ScratchFolder& folder, const std::vector<std::string>& overrides, uint64_t seed = 1) {
  auto tiny = make_tiny_experiment(overrides);
  return run_training(tiny.experiment, tiny.data,
                      {.output = folder.path() / "m.keras", .seed = seed, .runs = folder.path() / "runs"});
}

Json facts() {
  return Json::Object{
      {"kind", "run"}, {"version", 1}, {"experiment", Json::object()}, {"data", Json::object()}, {"seed", 1}};
}

Json epoch_line(int64_t epoch) {
  return Json::Object{{"kind", "epoch"}, {"epoch", epoch}, {"metrics", Json::Object{{"loss", 0.5}}}, {"seconds", 2.0}};
}

TEST(RunRecord, HoldsWhatATrainingWas) {
  ScratchFolder folder;
  const TrainResult result = train(folder, {"fit.epochs=3"});
  const auto runs = read_runs(folder.path() / "runs");
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].name, result.run);
  EXPECT_TRUE(result.run.ends_with("-tiny"));
  EXPECT_EQ(runs[0].status, "completed");
  ASSERT_EQ(runs[0].epochs.size(), 3U);
  EXPECT_EQ(runs[0].epochs[2].epoch, 3);
  EXPECT_EQ(runs[0].epochs[2].metrics.at("val_loss"), Json(result.scores[2].second));
  EXPECT_EQ(runs[0].facts.at("experiment").at("fit").at("epochs"), Json(3));
  EXPECT_EQ(runs[0].facts.at("seed"), Json(1));
  EXPECT_EQ(runs[0].facts.at("data").size(), 2U);
  EXPECT_EQ(runs[0].end.at("test").size(), 2U);
  EXPECT_EQ(runs[0].seconds(), result.seconds);
}

TEST(RunRecord, SaysHowARunFailed) {
  ScratchFolder folder;
  EXPECT_THAT(error_of([&] { train(folder, {"defaults.learning_rate=1e30"}); }), HasSubstr("diverged"));
  const auto runs = read_runs(folder.path() / "runs");
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].status, "failed");
  EXPECT_THAT(runs[0].end.at("message").as_string(), HasSubstr("diverged"));
}

/// While it lives, no file may grow beyond `bytes`.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &former_);
    const rlimit limit{bytes, former_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &former_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit former_{};
};

TEST(RunRecord, OneThatDoesNotFitCostsNoTraining) {
  ScratchFolder folder;
  auto tiny = make_tiny_experiment({"fit.epochs=500"});
  std::vector<std::string> warnings;
  const FileLimit limit(50000);  // Twice the model's file, half of the record.
  const TrainResult result = run_training(tiny.experiment, tiny.data,
                                          {.output = folder.path() / "m.keras",
                                           .runs = folder.path() / "runs",
                                           .warn = [&](const std::string& text) { warnings.push_back(text); }});
  EXPECT_EQ(result.epochs, 500);
  EXPECT_EQ(result.run, "");
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "m.keras"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "runs"));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("no record of this run: cannot write ")));
}

TEST(RunRecord, WrongRequestsLeaveNone) {
  ScratchFolder folder;
  error_of([&] { train(folder, {"fit.batch_size=100000000", "model.0.Dense.units=0"}); });
  EXPECT_TRUE(read_runs(folder.path() / "runs").empty());
}

TEST(RunRecord, ListsTheDifferences) {
  ScratchFolder folder;
  train(folder, {"fit.epochs=1"});
  train(folder, {"fit.epochs=2", "fit.batch_size=8"}, 2);
  const auto runs = read_runs(folder.path() / "runs");
  ASSERT_EQ(runs.size(), 2U);
  std::vector<std::string> names;
  for (const RunDifference& one : run_differences(runs[0], runs[1])) names.push_back(one.name);
  EXPECT_THAT(names, ElementsAre("seed", "fit.batch_size", "fit.epochs"));
  EXPECT_TRUE(run_differences(runs[0], runs[0]).empty());
}

TEST(RunRecord, ComparesListsPartByPart) {
  RunRecord a{.facts = facts()}, b{.facts = facts()};
  a.facts["experiment"] = Json::parse(R"({"model": ["Flatten", {"Dense": {"units": 3, "shape": [1, 2]}}]})");
  b.facts["experiment"] = Json::parse(R"({"model": ["Flatten", {"Dense": {"units": 4, "shape": [1, 3]}}, "ReLU"]})");
  const auto all = run_differences(a, b);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "model.1.Dense.units");
  EXPECT_EQ(all[1].b, Json::parse("[1, 3]"));
  EXPECT_EQ(all[2].name, "model.2");
  EXPECT_TRUE(all[2].a.is_null());
}

TEST(RunRecord, ARunningOneShowsWhatItHas) {
  ScratchFolder folder;
  {
    RunLog log(folder.path(), "a", facts());
    log.add(epoch_line(1));
    EXPECT_EQ(read_runs(folder.path())[0].status, "running");
  }
  const RunRecord record = read_runs(folder.path())[0];
  EXPECT_EQ(record.status, "killed");
  EXPECT_EQ(record.facts.at("seed"), Json(1));
}

TEST(RunRecord, NamesAreUnique) {
  ScratchFolder folder;
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.push_back(RunLog(folder.path(), "a", facts()).name());
  EXPECT_EQ(read_runs(folder.path()).size(), 5U);
}

TEST(RunRecord, IsFoundByTheBeginningOfItsName) {
  ScratchFolder folder;
  for (const char* name : {"20261125-101010-a", "20261125-101010-a-2", "20261126-101010-b"})
    write_file(folder.path() / (std::string(name) + ".jsonl"), facts().dump() + "\n");
  EXPECT_EQ(find_run(folder.path(), "20261126").name, "20261126-101010-b");
  EXPECT_EQ(find_run(folder.path(), "20261125-101010-a").name, "20261125-101010-a");
  EXPECT_THAT(error_of([&] { find_run(folder.path(), "20261125"); }), HasSubstr("several runs begin with"));
  EXPECT_THAT(error_of([&] { find_run(folder.path(), "20261126-101010-c"); }),
              HasSubstr("nearest: 20261126-101010-b, 20261125-101010-a"));
}

TEST(RunRecord, DamagedOnesAreListedAsSuch) {
  ScratchFolder folder;
  const std::string line = facts().dump() + "\n";
  write_file(folder.path() / "torn.jsonl", line + epoch_line(1).dump() + "\n{\"kind\":\"epo");
  EXPECT_EQ(read_runs(folder.path())[0].status, "killed");
  EXPECT_EQ(read_runs(folder.path())[0].epochs.size(), 1U);
  for (const char* text : {"no JSON\n", "[]\n", "{\"kind\":\"run\",\"version\":2}\n", "{\"kind\":\"epoch\"}\n"}) {
    write_file(folder.path() / "torn.jsonl", text);
    const auto runs = read_runs(folder.path());
    EXPECT_EQ(runs[0].status, "damaged") << text;
    EXPECT_THAT(error_of([&] { find_run(folder.path(), "torn"); }), HasSubstr("torn.jsonl: damaged: ")) << text;
  }
}

}  // namespace
}  // namespace sluice
