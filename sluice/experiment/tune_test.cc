#include "sluice/experiment/tune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/experiment/preflight.h"
#include "sluice/experiment/tiny_experiment_testing.h"
#include "sluice/experiment/trial_memory.h"
#include "sluice/formats/keras_file.h"
#include "sluice/nn/inference.h"

namespace sluice {
namespace {

using sluice::testing::make_tiny_experiment;
using sluice::testing::ScratchFolder;
using sluice::testing::tiny_options;
using ::testing::HasSubstr;

/// What must not depend on workers, interruptions and time.
std::string essence(const TuneResult& result) {
  Json json = to_json(result, "study");
  for (const char* key : {"seconds", "workers", "model", "report"}) json[key] = Json();
  return json.dump();
}

TEST(Tune, FindsTheBestTrial) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  TuneResult result = run_tuning(tiny.experiment, tiny.data, tiny_options(folder.path()));
  EXPECT_EQ(result.study.trials, 5);
  EXPECT_EQ(result.study.completed, 5);
  ASSERT_TRUE(result.study.best && result.study.default_trial);
  EXPECT_GE(result.study.best->value, result.study.default_trial->value);
  EXPECT_TRUE(result.best_test && result.default_test);
}

TEST(Tune, KeepsTheWinnersModel) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  TuneResult result = run_tuning(tiny.experiment, tiny.data, tiny_options(folder.path()));
  ASSERT_TRUE(result.model);
  Model model = load_model(*result.model);
  Examples test = bind_examples(model.graph, *model.compile, tiny.data.test.inputs, tiny.data.test.labels);
  Scores scores = evaluate(model.graph, model.weights, *model.compile, test);
  EXPECT_EQ(Json(scores[1].second), result.best_test->at("accuracy"));
  Examples validation =
      bind_examples(model.graph, *model.compile, tiny.data.validation.inputs, tiny.data.validation.labels);
  EXPECT_EQ(evaluate(model.graph, model.weights, *model.compile, validation)[1].second, result.study.best->value);
  EXPECT_EQ(model.facts.at("trial"), Json(result.study.best->trial));
  EXPECT_EQ(model.facts.at("params"), result.study.best->params);
}

TEST(Tune, PrintsAnEndedStudyAgain) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  TuneOptions options = tiny_options(folder.path());
  TuneResult first = run_tuning(tiny.experiment, tiny.data, options);
  options.observe = [](const StudyEvent& event) { EXPECT_NE(event.kind, StudyEvent::Kind::trial_started); };
  std::filesystem::remove(*first.model);
  TuneResult again = run_tuning(tiny.experiment, tiny.data, options);
  EXPECT_EQ(essence(again), essence(first));
  EXPECT_TRUE(std::filesystem::exists(*again.model));
}

TEST(Tune, PrintsAnEndedStudyWhoseFilesWereRemoved) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  TuneOptions options = tiny_options(folder.path());
  TuneResult first = run_tuning(tiny.experiment, tiny.data, options);
  std::string messages;
  options.observe = [&](const StudyEvent& event) { messages += event.message; };
  std::filesystem::remove_all(folder.path() / "trials");
  write_file(*first.model, "garbage");
  TuneResult garbage = run_tuning(tiny.experiment, tiny.data, options);
  EXPECT_EQ(essence(garbage), essence(first));
  EXPECT_EQ(garbage.model, first.model);
  EXPECT_EQ(messages, "");
  std::filesystem::remove(*first.model);
  TuneResult nothing = run_tuning(tiny.experiment, tiny.data, options);
  EXPECT_EQ(essence(nothing), essence(first));
  EXPECT_FALSE(nothing.model);
  EXPECT_THAT(messages, HasSubstr("there is no model"));
}

TEST(Tune, WritesNothingWhenTheStudyHasEnded) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  TuneOptions options = tiny_options(folder.path());
  TuneResult first = run_tuning(tiny.experiment, tiny.data, options);
  std::string journal = read_file(folder.path() / "journal.jsonl");
  std::filesystem::remove(folder.path() / "journal.lock");
  options.trials = 3;
  EXPECT_EQ(essence(run_tuning(tiny.experiment, tiny.data, options)), essence(first));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "journal.lock"));
  EXPECT_EQ(read_file(folder.path() / "journal.jsonl"), journal);
}

TEST(Tune, RefusesATooLongStudyBeforeTheJournal) {
  ScratchFolder folder;
  Path study = folder.path() / "study";
  auto refuses = [&](const std::vector<std::string>& overrides) {
    auto tiny = make_tiny_experiment(overrides);
    EXPECT_THAT(sluice::testing::error_of([&] { run_tuning(tiny.experiment, tiny.data, tiny_options(study)); }),
                HasSubstr("too long for the logical clock"));
    EXPECT_FALSE(std::filesystem::exists(study));
  };
  refuses({"fit.epochs=1000000000000000"});
  refuses({"fit.epochs=9223372036854775807"});
  refuses({"fit.epochs=$n", "defaults.n=2", "space.n={choice: [2, 1000000000000000]}"});
  refuses({"fit.epochs=$n", "defaults.n=2", "space.n={int: [1, 1000000000000000], log: true}"});
}

TEST(Tune, FailsATrialWhoseWeightsAreNotFinite) {
  auto tiny = make_tiny_experiment({"fit.batch_size=80", "fit.epochs=1", "defaults.learning_rate=1e38"});
  ScratchFolder folder;
  TuneResult result = run_tuning(tiny.experiment, tiny.data, tiny_options(folder.path()));
  EXPECT_EQ(result.study.failed, 1);
  EXPECT_FALSE(result.study.default_trial);
}

TEST(Tune, TakesAsManyWorkersAsThereAreSlotsAndRoomInMemory) {
  auto tiny = make_tiny_experiment();
  int64_t each = *trial_memory(check_first_trial(tiny.experiment, tiny.data));
  auto workers_with = [&](int64_t asked, std::optional<int64_t> memory, std::optional<int64_t> slots, int warnings) {
    auto other = make_tiny_experiment(slots ? std::vector{"search.slots=" + std::to_string(*slots)}
                                            : std::vector<std::string>());
    ScratchFolder folder;
    TuneOptions options = tiny_options(folder.path(), asked);
    options.memory = memory;
    options.observe = [&](const StudyEvent& event) { warnings -= event.kind == StudyEvent::Kind::warning; };
    TuneResult result = run_tuning(other.experiment, other.data, options);
    EXPECT_EQ(warnings, 0);
    EXPECT_EQ(result.study.slots, slots.value_or(std::max<int64_t>(4, asked)));
    return result.workers;
  };
  EXPECT_EQ(workers_with(6, std::nullopt, std::nullopt, 0), 6);
  EXPECT_EQ(workers_with(6, 6 * each, std::nullopt, 0), 6);
  EXPECT_EQ(workers_with(6, 6 * each - 1, std::nullopt, 1), 5);
  EXPECT_EQ(workers_with(6, 0, std::nullopt, 1), 1);
  EXPECT_EQ(workers_with(1, 0, std::nullopt, 0), 1);
  EXPECT_EQ(workers_with(6, std::nullopt, 2, 1), 2);
}

TEST(Tune, GoesOnAfterInterruptions) {
  auto tiny = make_tiny_experiment();
  ScratchFolder whole;
  ScratchFolder parts;
  TuneResult undisturbed = run_tuning(tiny.experiment, tiny.data, tiny_options(whole.path()));
  TuneOptions options = tiny_options(parts.path(), 2);
  std::atomic<bool> stop = false;
  options.stop = &stop;
  options.observe = [&](const StudyEvent& event) { stop = stop || event.kind == StudyEvent::Kind::epoch_done; };
  TuneResult result;
  int calls = 0;
  do {
    stop = false;
    result = run_tuning(tiny.experiment, tiny.data, options);
  } while (result.study.stopped != StopReason::ended && ++calls < 100);
  EXPECT_GT(calls, 3);
  EXPECT_EQ(essence(result), essence(undisturbed));
  EXPECT_EQ(read_file(*result.model), read_file(*undisturbed.model));
}

TEST(Tune, CountsDivergedTrialsAsFailed) {
  auto tiny = make_tiny_experiment({"space.learning_rate={choice: [0.02, 1e30]}",
                                    "search.enqueue=[{learning_rate: 1e30}, {units: 4}, {units: 5}, {units: 6}]"});
  ScratchFolder folder;
  TuneResult result = run_tuning(tiny.experiment, tiny.data, tiny_options(folder.path()));
  EXPECT_EQ(result.study.failed, 1);
  EXPECT_EQ(result.study.completed, 4);
  EXPECT_TRUE(result.study.best);
}

TEST(Tune, GoesOnAfterATrialTooBigForMemory) {
  auto tiny = make_tiny_experiment(
      {"space.units={choice: [8, 2000000000]}", "search.sampler=grid", "space.learning_rate={choice: [0.02]}"});
  ScratchFolder folder;
  std::string message;
  TuneOptions options = tiny_options(folder.path());
  options.observe = [&](const StudyEvent& event) { message += event.message; };
  TuneResult result = run_tuning(tiny.experiment, tiny.data, options);
  EXPECT_EQ(result.study.failed, 1);
  EXPECT_EQ(result.study.trials - result.study.failed, result.study.completed);
  EXPECT_THAT(message, HasSubstr("out of memory: asked for "));
}

TEST(Tune, CountsCombinationsThatDoNotFitAsFailed) {
  auto tiny =
      make_tiny_experiment({"model.2.Dense.units=$k", "fit.loss=$l", "fit.metrics=[]",
                            "search={sampler: grid, trials: 4, objective: min val_loss}",
                            "space={k: {choice: [3, 1]}, l: {choice: [sparse_categorical_crossentropy, mse]}}",
                            "defaults={k: 3, l: sparse_categorical_crossentropy, units: 8, learning_rate: 0.02}"});
  ScratchFolder folder;
  std::string message;
  TuneOptions options = tiny_options(folder.path());
  options.observe = [&](const StudyEvent& event) { message += event.message; };
  TuneResult result = run_tuning(tiny.experiment, tiny.data, options);
  EXPECT_EQ(result.study.failed, 2);
  EXPECT_EQ(result.study.completed, 2);
  EXPECT_THAT(message, HasSubstr("sparse_categorical_crossentropy needs an output of [classes]"));
}

TEST(Tune, RemovesWhatAKilledProcessLeft) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  make_directories(folder.path() / "trials/1");
  const char* leftovers[] = {"model.keras.unfinished", "trials/1/epoch-2.checkpoint.unfinished",
                             "trials/9/epoch-1.checkpoint.unfinished"};
  make_directories(folder.path() / "trials/9");
  for (const char* file : leftovers) write_file(folder.path() / file, "half");
  write_file(folder.path() / "model.keras.backup-of-mine", "whole");
  run_tuning(tiny.experiment, tiny.data, tiny_options(folder.path()));
  for (const char* file : leftovers) EXPECT_FALSE(std::filesystem::exists(folder.path() / file)) << file;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "model.keras.backup-of-mine"));
}

TEST(Tune, HasNoBestWhenAllTrialsFail) {
  auto tiny =
      make_tiny_experiment({"space={learning_rate: {choice: [1e30]}}", "defaults={units: 4, learning_rate: 1e30}"});
  ScratchFolder folder;
  TuneResult result = run_tuning(tiny.experiment, tiny.data, tiny_options(folder.path()));
  Json json = to_json(result, folder.path());
  EXPECT_TRUE(json.at("best").is_null());
  EXPECT_TRUE(json.at("default_test").is_null());
  EXPECT_TRUE(json.at("model").is_null());
}

TEST(Tune, RefusesAnotherStudysDirectory) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  run_tuning(tiny.experiment, tiny.data, tiny_options(folder.path()));
  for (const char* change : {"fit.batch_size=8", "data.seed=3", "data.validation=0.2", "model.1.Dropout.rate=0.3"}) {
    auto other = make_tiny_experiment({change});
    EXPECT_THAT(
        sluice::testing::error_of([&] { run_tuning(other.experiment, other.data, tiny_options(folder.path())); }),
        HasSubstr("holds another study"))
        << change;
  }
}

TEST(Tune, TakesKeysInAnyOrder) {
  auto tiny = make_tiny_experiment();
  ScratchFolder folder;
  TuneResult first = run_tuning(tiny.experiment, tiny.data, tiny_options(folder.path()));
  auto same = make_tiny_experiment({"model.0={Dense: {activation: relu, units: $units}}"});
  EXPECT_EQ(essence(run_tuning(same.experiment, same.data, tiny_options(folder.path()))), essence(first));
}

}  // namespace
}  // namespace sluice
