#include "sluice/experiment/callback_runs.h"

#include <gtest/gtest.h>

#include "sluice/experiment/file_pattern.h"
#include "sluice/experiment/monitor.h"
#include "sluice/experiment/preflight.h"
#include "sluice/experiment/tiny_experiment_testing.h"
#include "sluice/experiment/training.h"

namespace sluice {
namespace {

using testing::error_of;
using testing::make_tiny_experiment;
using testing::ScratchFolder;

TrialPlan plan_with(const std::vector<CallbackPtr>& callbacks) {
  auto tiny = make_tiny_experiment({"fit.optimizer={SGD: {learning_rate: 0.5}}"});
  TrialPlan plan = check_first_trial(tiny.experiment, tiny.data);
  plan.callbacks = callbacks;
  return plan;
}

/// A training that reports given scores; its weights are the number of the epoch.
class Watched {
 public:
  Watched(const TrialPlan& plan, bool trial = false) : runs_({plan, true, [](auto&&...) {}}, trial), plan_(plan) {
    runs_.begin(nullptr);
  }

  /// Returns whether it ends.
  bool epoch_end(const Scores& scores) {
    ++state_.epoch;
    const auto number = static_cast<float>(state_.epoch);
    state_.weights = Tensor::of<float>({1}, std::span<const float>(&number, 1));
    scores_ = scores;
    return runs_.epoch_end(state_, scores_);
  }
  double learning_rate() const { return plan_.compile.optimizer->learning_rate(state_.optimizer); }
  CallbackRuns& runs() { return runs_; }

  int64_t epochs() const { return state_.epoch; }
  /// Ends it and returns the epoch whose weights it has then.
  float end() {
    EndedTraining ended{state_, scores_};
    runs_.train_end(ended);
    return std::as_const(state_.weights).values<float>()[0];
  }
  const Scores& scores() const { return scores_; }

 private:
  CallbackRuns runs_;
  const TrialPlan& plan_;
  TrainingState state_;
  Scores scores_;
};

/// What tests/golden/callbacks/make_goldens.py had real Keras do; the tests run from the repository root. Half of the
/// cases go on from the saved state after some epochs.
TEST(Callbacks, DoWhatThoseOfKerasDo) {
  const Json cases = Json::parse(read_file("tests/golden/callbacks/callbacks.json"));
  EXPECT_EQ(cases.size(), 120U);
  for (size_t number = 0; number < cases.size(); ++number) {
    const Json& expected = cases[number];
    const TrialPlan plan =
        plan_with({make_named<Callback>(expected.at("class_name").as_string(), expected.at("config"))});
    const std::string monitor = expected.at("config").at("monitor").as_string();
    Watched training(plan);
    const auto epochs = static_cast<size_t>(expected.at("epochs").as_integer());
    for (size_t i = 0; i < epochs; ++i) {
      const bool ends = training.epoch_end({{monitor, expected.at("scores")[i].as_real()}});
      EXPECT_EQ(ends, i + 1 == epochs && epochs < expected.at("scores").size()) << number << " at " << i;
      EXPECT_DOUBLE_EQ(training.learning_rate(), expected.at("rates")[i].as_real()) << number << " at " << i;
      if (number % 4 > 1 && i % 3 == 1) {
        const std::vector<CallbackState> saved = training.runs().states();
        training.runs().begin(&saved);
      }
    }
    EXPECT_EQ(training.end(), static_cast<float>(expected.at("kept").as_integer())) << number << expected.dump();
  }
}

TEST(Callbacks, RestoredWeightsComeWithTheirScores) {
  const TrialPlan plan =
      plan_with({make_named<Callback>("EarlyStopping", Json::Object{{"restore_best_weights", true}, {"patience", 2}})});
  Watched training(plan);
  for (double loss : {0.5, 0.25, 0.75, 0.75}) training.epoch_end({{"val_loss", loss}});
  EXPECT_EQ(training.runs().stopped_by(), "EarlyStopping");
  EXPECT_EQ(training.end(), 2);
  EXPECT_EQ(training.epochs(), 2);
  EXPECT_EQ(training.scores()[0].second, 0.25);
}

TEST(Callbacks, OnlySomeActInTrials) {
  ScratchFolder folder;
  const std::string csv = (folder.path() / "log.csv").string();
  const TrialPlan plan =
      plan_with({make_named<Callback>("CSVLogger", Json::Object{{"filename", csv}}),
                 make_named<Callback>("EarlyStopping", {}), make_named<Callback>("TerminateOnNaN", {})});
  Watched trial(plan, true);
  EXPECT_EQ(trial.runs().states().size(), 2U);
  EXPECT_TRUE(trial.runs().ends_divergence());
  trial.epoch_end({{"val_loss", 1}});
  EXPECT_FALSE(std::filesystem::exists(csv));
  const std::vector<CallbackState> other(3);
  EXPECT_THROW(trial.runs().begin(&other), Error);
}

TEST(Callbacks, CsvLoggerWritesWhatWasNotCutOff) {
  ScratchFolder folder;
  const Path csv = folder.path() / "logs" / "log.csv";
  const TrialPlan plan = plan_with({make_named<Callback>("CSVLogger", Json::Object{{"filename", csv.string()}})});
  Watched first(plan);
  first.epoch_end({{"loss", 0.5}, {"accuracy", 0.75}});
  const std::vector<CallbackState> saved = first.runs().states();
  const std::string one_row = "epoch,accuracy,learning_rate,loss\n0,0.75,0.5,0.5\n";
  EXPECT_EQ(read_file(csv), one_row);
  first.epoch_end({{"loss", 0.25}, {"accuracy", 1}});
  EXPECT_EQ(read_file(csv), one_row + "1,1.0,0.5,0.25\n");
  {
    Watched again(plan);
    EXPECT_EQ(read_file(csv), "");
  }
  write_file(csv, one_row + "1,torn");
  first.runs().begin(&saved);
  EXPECT_EQ(read_file(csv), one_row);
  write_file(csv, "");
  EXPECT_NE(error_of([&] { first.runs().begin(&saved); }).find("expected the 49 bytes"), std::string::npos);
}

TEST(Callbacks, CsvLoggerWritesTheRateThatTheEpochHad) {
  ScratchFolder folder;
  const std::string csv = (folder.path() / "log.csv").string();
  const Json reduce = Json::Object{{"monitor", "loss"}, {"patience", 1}, {"factor", 0.5}};
  const TrialPlan plan = plan_with({make_named<Callback>("ReduceLROnPlateau", reduce),
                                    make_named<Callback>("CSVLogger", Json::Object{{"filename", csv}})});
  Watched training(plan);
  for (int epoch = 0; epoch < 3; ++epoch) training.epoch_end({{"loss", 1}});
  EXPECT_EQ(read_file(csv), "epoch,learning_rate,loss\n0,0.5,1.0\n1,0.5,1.0\n2,0.25,1.0\n");
}

TEST(Callbacks, RefuseWhatTheyCannotWatch) {
  auto message = [](const std::string& callbacks, const std::vector<std::string>& more = {}) {
    auto overrides = more;
    overrides.push_back("fit.callbacks=" + callbacks);
    return error_of([&] {
      auto tiny = make_tiny_experiment(overrides);
      check_first_trial(tiny.experiment, tiny.data);
    });
  };
  EXPECT_EQ(message("[EarlyStopping, {ReduceLROnPlateau: {monitor: loss}}, TerminateOnNaN]"), "no error");
  EXPECT_EQ(message("[{EarlyStopping: {monitor: val_los}}]"),
            "--set fit.callbacks=[{EarlyStopping: {monitor: val_los}}]: EarlyStopping: monitor: unknown metric "
            "\"val_los\". Did you mean \"val_loss\"?");
  EXPECT_NE(message("[EarlyStopping]", {"data={train: {npz: train.npz}}"}).find("val_loss needs data.validation"),
            std::string::npos);
  EXPECT_NE(message("[EarlyStoping]").find("Did you mean \"EarlyStopping\"?"), std::string::npos);
  EXPECT_NE(message("EarlyStopping").find("callbacks: expected a list"), std::string::npos);
  EXPECT_NE(message("[ReduceLROnPlateau]", {"fit.schedule=CosineDecay"}).find("a number, not a schedule"),
            std::string::npos);
  EXPECT_NE(message("[{ModelCheckpoint: {filepath: m.h5}}]").find("that is supported: .keras"), std::string::npos);
  EXPECT_NE(message("[{ModelCheckpoint: {filepath: m.keras, save_weights_only: true}}]").find("is not supported"),
            std::string::npos);
  EXPECT_NE(
      message("[{ModelCheckpoint: {filepath: '{epoch}-{val_acuracy}.keras'}}]").find("Did you mean \"val_accuracy\"?"),
      std::string::npos);
  EXPECT_NE(message("[ModelCheckpoint]").find("missing \"filepath\""), std::string::npos);
}

TEST(Callbacks, AccuracyIsToRiseAndErrorsAreToFall) {
  auto rising = [](const std::string& name) {
    auto tiny = make_tiny_experiment({"fit.metrics=[accuracy, AUC, FalsePositives, {F1Score: {}}]"});
    TrialPlan plan = check_first_trial(tiny.experiment, tiny.data);
    return find_monitor("EarlyStopping", name, MonitorMode::automatic, -0.5, {plan, true});
  };
  EXPECT_TRUE(rising("val_accuracy").rising);
  EXPECT_TRUE(rising("val_auc").rising);
  EXPECT_TRUE(rising("f1_score_1").rising);
  EXPECT_FALSE(rising("false_positives").rising);
  EXPECT_FALSE(rising("val_loss").rising);
  EXPECT_FALSE(rising("loss").rising);
  EXPECT_EQ(rising("loss").min_delta, 0.5);
}

TEST(FilePattern, FormatsAsPython) {
  const Scores scores{{"loss", 0.15625}, {"val_accuracy", 1}};
  auto fill = [&](const std::string& pattern) { return fill_file_pattern(pattern, 7, scores); };
  EXPECT_EQ(fill("a/{epoch}-{loss}.keras"), "a/7-0.15625.keras");
  EXPECT_EQ(fill("{epoch:03d}-{loss:.3f}-{val_accuracy:6.2f}"), "007-0.156-  1.00");
  EXPECT_EQ(fill("{epoch:4}{loss:e}{loss:.2}"), "   71.562500e-010.16");
  EXPECT_EQ(fill("{{epoch}}"), "{epoch}");
  for (const char* pattern : {"{epoch", "{epoch:.2d}", "{epoch:f}", "{loss:d}", "{loss:s}", "{loss:.f}", "{loss:%n}",
                              "{loss:1234567f}", "{lost}"}) {
    EXPECT_NE(error_of([&] { fill(pattern); }), "no error") << pattern;
  }
}

}  // namespace
}  // namespace sluice
