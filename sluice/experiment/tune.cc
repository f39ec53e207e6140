#include "sluice/experiment/tune.h"

#include <algorithm>

#include "sluice/base/stopwatch.h"
#include "sluice/experiment/advice.h"
#include "sluice/experiment/callback.h"
#include "sluice/experiment/checkpoint.h"
#include "sluice/experiment/identity.h"
#include "sluice/experiment/keys.h"
#include "sluice/experiment/model_facts.h"
#include "sluice/experiment/preflight.h"
#include "sluice/experiment/training.h"
#include "sluice/experiment/trial_memory.h"
#include "sluice/experiment/trial_runner.h"
#include "sluice/formats/keras_file.h"
#include "sluice/tune/journal.h"
#include "sluice/tune/ledger.h"
#include "sluice/tune/report/report.h"

namespace sluice {
namespace {

/// A trial as it was at its best epoch.
struct KeptTrial {
  TrialPlan plan;
  Checkpoint checkpoint;
};

/// Returns the plan without callbacks that trials leave out.
TrialPlan acting_in_trials(TrialPlan plan) {
  std::erase_if(plan.callbacks, [](const CallbackPtr& callback) { return !callback->acts_in_trials(); });
  return plan;
}

/// One call of `run_tuning`.
class Tuning {
 public:
  Tuning(const Experiment& experiment, const ExperimentData& data, const TuneOptions& options)
      : experiment_(experiment), data_(data), options_(options) {}

  TuneResult run() {
    const WallStopwatch watch;
    TrialPlan first = check_first_trial(experiment_, data_);
    check_search_trials(experiment_, data_);
    for (const std::string& advice : advice_on(first)) warn(advice);
    auto runner = make_trial_runner(experiment_, data_, options_.memory);
    StudyOptions study = study_options(first);
    bool runs = !study_has_ended(study.directory, study.trials);
    const int64_t workers = runs ? useful_workers(*study.slots, first) : std::min(options_.workers, *study.slots);
    auto executor = options_.make_executor(*runner, workers);
    TuneResult result;
    result.study = run_study(study, *runner, *executor);
    result.workers = executor->workers();
    result.outputs = static_cast<int64_t>(first.graph.outputs().size());
    take_test_scores(result);
    if (result.study.best) result.model = model_of(result.study);
    result.report = report_of(runs);
    result.seconds = watch.seconds();
    return result;
  }

 private:
  const Experiment& experiment_;
  const ExperimentData& data_;
  const TuneOptions& options_;

  uint64_t seed() const { return options_.seed.value_or(experiment_.search.seed); }
  Path model_path() const { return options_.directory / "model.keras"; }

  void warn(const std::string& message) const {
    if (options_.observe) options_.observe({.kind = StudyEvent::Kind::warning, .message = message});
  }

  EarlierStudy earlier_study(const StudyOptions& study) const {
    const Path directory = experiment_.directory / *experiment_.search.warm_start;
    EarlierStudy earlier = at_path(
        "/search/warm_start", [&] { return read_earlier_study(directory, search_problem(study)); }, "warm_start: ");
    std::string message = "warm start from " + std::to_string(earlier.trials.size()) + " trials of " +
                          directory.lexically_normal().string();
    if (earlier.others > 0) message += "; " + std::to_string(earlier.others) + " others lie outside of this space";
    if (options_.observe) options_.observe({.kind = StudyEvent::Kind::warm_started, .message = message});
    return earlier;
  }

  int64_t slots() const {
    Ledger ledger = read_ledger(options_.directory, read_journal(options_.directory).records);
    return study_slots(experiment_.search.slots, ledger.identity(), options_.workers);
  }

  /// The workers that have something to do, and room to do it.
  int64_t useful_workers(int64_t slots, const TrialPlan& plan) const {
    int64_t workers = options_.workers;
    if (workers > slots && slots > 0) {
      warn(idle_workers_warning(workers, slots));
      workers = slots;
    }
    if (workers <= 1 || !options_.memory) return workers;
    auto each = trial_memory(plan);
    int64_t room = each ? std::max<int64_t>(1, *options_.memory / std::max<int64_t>(1, *each)) : 1;
    if (room >= workers) return workers;
    constexpr int64_t mega = 1000000;
    std::string need =
        each ? "a trial takes about " + std::to_string(*each / mega) + " MB" : "a trial takes more than that";
    warn(std::to_string(room) + (room == 1 ? " worker" : " workers") + " instead of " + std::to_string(workers) + ": " +
         std::to_string(*options_.memory / mega) + " MB of memory are free, " + need);
    return room;
  }

  StudyOptions study_options(const TrialPlan& first) {
    const SearchSection& search = experiment_.search;
    StudyOptions study{.directory = options_.directory};
    study.trials = options_.trials.value_or(search.trials);
    study.slots = slots();
    study.seed = seed();
    study.objective = search.objective;
    study.space = experiment_.space;
    for (const std::string& name : experiment_.space.names()) {
      if (const Json* value = experiment_.defaults.find(name)) study.defaults[name] = *value;
    }
    study.enqueue = search.enqueue;
    study.sampler = search.sampler;
    study.pruner = search.pruner;
    if (search.warm_start) study.earlier = earlier_study(study);
    study.identity = identity_facts(experiment_, data_, acting_in_trials(first));
    study.timeout = options_.timeout;
    if (!study.timeout && search.timeout) study.timeout = std::chrono::duration<double>(*search.timeout);
    study.stop = options_.stop;
    study.at_end = [this](const StudyResult& result) { return finish(result); };
    study.at_stop = [this](const StudyResult& result) {
      if (result.best) write_model(*result.best, load(*result.best));
    };
    study.observe = options_.observe;
    return study;
  }

  KeptTrial load(const FinishedTrial& trial) const {
    KeptTrial kept{instantiate(experiment_, trial.params, data_.input_shapes()), {}};
    fill_schedule(kept.plan, data_.train.rows());
    Path directory = options_.directory / "trials" / std::to_string(trial.trial);
    kept.checkpoint = load_checkpoint(directory, trial.epoch, kept.plan.graph, *kept.plan.compile.optimizer);
    return kept;
  }

  void write_model(const FinishedTrial& trial, const KeptTrial& kept) const {
    const TrainingState& state = kept.checkpoint.state;
    ModelOrigin origin{trial.params, seed(), 1, trial.trial, trial.epoch, kept.checkpoint.metrics};
    Model model{kept.plan.graph, state.weights, kept.plan.compile, state.optimizer, Json()};
    model.facts = model_facts(experiment_, data_, kept.plan, origin);
    save_model(model, model_path());
  }

  Json test_scores(const KeptTrial& kept) const {
    auto scores = score_test(kept.plan, kept.checkpoint.state.weights, data_);
    return scores ? scores_to_json(*scores) : Json();
  }

  /// Nothing runs and the study's lock is held: nobody writes these files any more.
  void remove_leftovers() const {
    remove_unfinished_files(options_.directory);
    std::error_code ignored;
    for (const auto& trial : std::filesystem::directory_iterator(options_.directory / "trials", ignored)) {
      remove_unfinished_files(trial.path());
    }
  }

  /// Writes the winner's model and reads the test set, once for each of the two trials.
  Json finish(const StudyResult& result) const {
    remove_leftovers();
    Json test = Json::Object{{"default_test", Json()}, {"best_test", Json()}};
    if (result.best) {
      KeptTrial best = load(*result.best);
      write_model(*result.best, best);
      test["best_test"] = test_scores(best);
    }
    if (!result.default_trial) return test;
    bool same = result.best && result.best->trial == result.default_trial->trial;
    test["default_test"] = same ? test.at("best_test") : test_scores(load(*result.default_trial));
    return test;
  }

  static void take_test_scores(TuneResult& result) {
    auto take = [&](const char* key) -> std::optional<Json> {
      const Json* scores = result.study.test.find(key);
      if (scores == nullptr || scores->is_null()) return std::nullopt;
      return *scores;
    };
    result.default_test = take("default_test");
    result.best_test = take("best_test");
  }

  /// Writes the report, where the study went on or has none. A study is none the worse without.
  std::optional<Path> report_of(bool went_on) const {
    const Path path = report_path(options_.directory);
    if (!went_on && std::filesystem::exists(path)) return path;
    try {
      write_report(options_.directory, path);
    } catch (const Error& error) {
      warn("there is no report: " + std::string(error.what()));
      return std::nullopt;
    }
    return path;
  }

  /// The model was written when the study ended or stopped. What was removed since an end is written anew, where that
  /// can be done.
  std::optional<Path> model_of(const StudyResult& study) const {
    if (std::filesystem::exists(model_path())) return model_path();
    try {
      const Journal lock(options_.directory);
      write_model(*study.best, load(*study.best));
    } catch (const Error& error) {
      const bool damaged = dynamic_cast<const CheckpointError*>(&error) != nullptr;
      if (!damaged && error.code() != ErrorCode::io && error.code() != ErrorCode::conflict) throw;
      warn("there is no model: " + std::string(error.what()));
      return std::nullopt;
    }
    return model_path();
  }
};

Json best_json(const StudyResult& study) {
  if (!study.best) return {};
  return Json::Object{{"trial", study.best->trial}, {"params", study.best->params}, {"value", study.best->value}};
}

}  // namespace

TuneResult run_tuning(const Experiment& experiment, const ExperimentData& data, const TuneOptions& options) {
  return with_positions(*experiment.document, [&] { return Tuning(experiment, data, options).run(); });
}

Json to_json(const TuneResult& result, const Path& directory) {
  const StudyResult& study = result.study;
  Json json = Json::Object{{"study", directory.string()},
                           {"trials", study.trials},
                           {"completed", study.completed},
                           {"pruned", study.pruned},
                           {"failed", study.failed},
                           {"best", best_json(study)},
                           {"default_test", result.default_test.value_or(Json())},
                           {"best_test", result.best_test.value_or(Json())},
                           {"model", result.model ? Json(result.model->string()) : Json()},
                           {"report", result.report ? Json(result.report->string()) : Json()},
                           {"seconds", result.seconds},
                           {"workers", result.workers}};
  if (study.stopped != StopReason::ended) json["stopped"] = to_string(study.stopped);
  return json;
}

}  // namespace sluice
