#include "sluice/experiment/train.h"

#include <algorithm>

#include "sluice/base/canonical.h"
#include "sluice/base/random.h"
#include "sluice/base/stopwatch.h"
#include "sluice/base/utc_time.h"
#include "sluice/base/version.h"
#include "sluice/base/write_check.h"
#include "sluice/experiment/advice.h"
#include "sluice/experiment/callback_files.h"
#include "sluice/experiment/callback_runs.h"
#include "sluice/experiment/identity.h"
#include "sluice/experiment/memory_room.h"
#include "sluice/experiment/model_facts.h"
#include "sluice/experiment/preflight.h"
#include "sluice/experiment/run_log.h"
#include "sluice/experiment/training.h"
#include "sluice/experiment/training_checkpoint.h"
#include "sluice/experiment/training_lock.h"
#include "sluice/formats/keras_file.h"
#include "sluice/nn/version.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// How many threads a training has.
int64_t used_threads(const TrainOptions& options, const TrialPlan& plan) {
  if (options.threads) return std::min(*options.threads, plan.batch_size);
  return helpful_threads(plan.graph, plan.batch_size, options.cores);
}

/// What makes a training this one: everything that its weights depend on.
Json training_identity(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan, uint64_t seed,
                       int64_t threads) {
  Json identity = identity_facts(experiment, data, plan);
  identity["defaults"] = canonical(experiment.defaults);
  identity["seed"] = seed;
  identity["threads"] = threads;
  return identity;
}

/// One call of `run_training`.
class TrainRun {
 public:
  TrainRun(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan, const TrainOptions& options)
      : experiment_(experiment),
        data_(data),
        options_(options),
        plan_(plan),
        progress_{.epochs = plan_.epochs},
        training_(plan_, data, trainer_options()),
        callbacks_(place(), false),
        checkpoint_(options.output,
                    training_identity(experiment, data, plan_, options.seed, used_threads(options, plan))) {}

  TrainResult run() {
    begin();
    try {
      return run_begun();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::io || !checkpoint_.is_there()) throw;
      throw Error(ErrorCode::io,
                  std::string(error.what()) + "; " + checkpoint_.path().string() + " is kept, --resume goes on");
    }
  }

 private:
  const Experiment& experiment_;
  const ExperimentData& data_;
  const TrainOptions& options_;
  const TrialPlan& plan_;
  TrainingProgress progress_;
  double loss_seconds_ = 0;  ///< When its loss was brought up to date.
  Training training_;
  CallbackRuns callbacks_;
  TrainingCheckpoint checkpoint_;
  TrainingState state_;  ///< At work.
  TrainingState last_;   ///< After the last finished epoch; epoch 0 before.
  TrainResult result_;

  TrainResult run_begun() {
    train();
    result_.epochs = last_.epoch;
    EndedTraining end{last_, result_.scores};
    if (!result_.stopped_by.empty()) training_.finish(last_);
    if (!result_.interrupted) callbacks_.train_end(end);
    result_.epoch = last_.epoch;
    if (!result_.interrupted) result_.test = score_test(plan_, last_.weights, data_);
    save(last_, result_.scores, options_.output);
    result_.model = options_.output;
    if (!result_.interrupted) checkpoint_.remove();
    return result_;
  }

  Trainer::Options trainer_options() {
    auto step_done = [this](int64_t step, int64_t steps) {
      constexpr double between_losses = 0.1;  // seconds
      progress_.step = step;
      progress_.steps = steps;
      progress_.seconds = training_.seconds();
      if (step == 1 || step == steps || progress_.seconds - loss_seconds_ > between_losses) {
        progress_.loss = training_.loss_so_far();
        loss_seconds_ = progress_.seconds;
      }
      tell();
    };
    return {.seed = trial_seed(options_.seed, 0),
            .threads = static_cast<int>(used_threads(options_, plan_)),
            .stop = options_.stop,
            .progress = step_done};
  }

  CallbackPlace place() const {
    auto save_model = [this](const TrainingState& state, const Scores& scores, const Path& path) {
      save(state, scores, path);
    };
    return {.plan = plan_, .validation = data_.validation.rows() > 0, .save_model = save_model};
  }

  void tell() const {
    if (options_.observe) options_.observe(progress_);
  }

  void save(const TrainingState& state, const Scores& scores, const Path& path) const {
    ModelOrigin origin{experiment_.defaults, options_.seed,         used_threads(options_, plan_), 0,
                       state.epoch,          scores_to_json(scores)};
    Model model{plan_.graph, state.weights, plan_.compile, state.optimizer, Json()};
    model.facts = model_facts(experiment_, data_, plan_, origin);
    save_model(model, path);
  }

  Checkpoint checkpoint() const { return {last_, scores_to_json(result_.scores), callbacks_.states()}; }

  /// Starts, or goes on where a training was cut off.
  void begin() {
    std::optional<Checkpoint> found;
    if (options_.resume) found = checkpoint_.load(plan_.graph, *plan_.compile.optimizer);
    state_ = found ? found->state : training_.initial_state();
    if (found) {
      last_ = copy_of(state_);
      result_.scores = scores_from_json(found->metrics);
      progress_.first_epoch = state_.epoch + 1;
    }
    callbacks_.begin(found ? &found->callbacks : nullptr);
  }

  /// Trains all epochs, or those before the end that the user, a callback or divergence brings.
  void train() {
    while (state_.epoch < plan_.epochs && result_.stopped_by.empty()) {
      progress_.epoch = state_.epoch + 1;
      try {
        train_epoch();
      } catch (const Error& error) {
        if (ends_early(error)) return;
        if (error.code() != ErrorCode::interrupted) throw;
        throw Error(ErrorCode::interrupted, "interrupted before an epoch was finished; nothing was written");
      }
    }
  }

  void train_epoch() {
    result_.scores = training_.train_epoch(state_);
    if (callbacks_.epoch_end(state_, result_.scores) && state_.epoch < plan_.epochs)
      result_.stopped_by = callbacks_.stopped_by();
    const bool goes_on = state_.epoch < plan_.epochs && result_.stopped_by.empty();
    const bool may_end_early = options_.stop != nullptr || callbacks_.ends_divergence();
    last_ = goes_on && may_end_early ? copy_of(state_) : state_;
    if (goes_on) checkpoint_.keep(checkpoint());
    progress_.seconds = training_.seconds();
    progress_.scores = result_.scores;
    const int64_t rows = training_.rows() * (state_.epoch + 1 - progress_.first_epoch);
    if (progress_.seconds > 0) result_.samples_per_second = static_cast<double>(rows) / progress_.seconds;
    tell();
    progress_.scores.clear();
  }

  /// Whether the last finished epoch is the result in spite of this.
  bool ends_early(const Error& error) {
    const bool diverged = error.code() == ErrorCode::failed;
    const bool stopped = error.code() == ErrorCode::interrupted;
    if (diverged && !callbacks_.ends_divergence()) checkpoint_.remove();
    if (last_.epoch == 0 || !(stopped || (diverged && callbacks_.ends_divergence()))) return false;
    result_.interrupted = stopped;
    if (stopped) checkpoint_.write(checkpoint());
    if (diverged) result_.stopped_by = "TerminateOnNaN";
    return true;
  }
};

// Persistent, as the lines below: docs/formats/run.md.
Json run_line(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan,
              const TrainOptions& options) {
  Json line = Json::Object{{"kind", "run"},
                           {"version", 1},
                           {"name", experiment.name},
                           {"started", utc_now("%Y-%m-%dT%H:%M:%SZ")},
                           {"program", program_version},
                           {"engine", engine_version},
                           {"kernel_level", to_string(kernel_level())},
                           {"seed", options.seed},
                           {"threads", used_threads(options, plan)},
                           {"resume", options.resume},
                           {"model", options.output.string()},
                           {"data", data.hashes},
                           {"experiment", experiment.document->value}};
  if (!experiment.start) return line;
  const Json identity = identity_facts(experiment, data, plan);
  line["start"] = identity.at("start");
  line["compile"] = identity.at("fit");
  return line;
}

Json epoch_line(const TrainingProgress& progress) {
  return Json::Object{{"kind", "epoch"},
                      {"epoch", progress.epoch},
                      {"metrics", scores_to_json(progress.scores)},
                      {"seconds", progress.seconds}};
}

Json end_line(const TrainResult& result) {
  Json line = Json::Object{{"kind", "end"},
                           {"status", result.interrupted ? "interrupted" : "completed"},
                           {"epochs", result.epochs},
                           {"epoch", result.epoch},
                           {"metrics", scores_to_json(result.scores)},
                           {"test", result.test ? scores_to_json(*result.test) : Json()},
                           {"seconds", result.seconds},
                           {"samples_per_second", result.samples_per_second}};
  if (!result.stopped_by.empty()) line["stopped_by"] = result.stopped_by;
  return line;
}

Json failure_line(const std::exception& error, double seconds) {
  const auto* known = dynamic_cast<const Error*>(&error);
  const bool interrupted = known != nullptr && known->code() == ErrorCode::interrupted;
  return Json::Object{{"kind", "end"},
                      {"status", interrupted ? "interrupted" : "failed"},
                      {"message", error.what()},
                      {"seconds", seconds}};
}

bool is_wrong_request(const std::exception& error) {
  const auto* known = dynamic_cast<const Error*>(&error);
  return known != nullptr && (known->code() == ErrorCode::invalid_argument || known->code() == ErrorCode::conflict);
}

/// The record of a run, as long as it can be kept: what goes wrong there is a warning, never the end of a training.
class KeptRecord {
 public:
  KeptRecord(const TrainOptions& options, const Json& facts) : options_(options) {
    attempt([&] { log_.emplace(options.runs, facts.at("name").as_string(), facts); });
  }

  void add(const Json& line) {
    attempt([&] { log_->add(line); });
  }
  void end(const Json& line) {
    attempt([&] { log_->end(line); });
  }
  void discard() {
    if (log_) log_->discard();
  }
  /// "" without one.
  std::string name() const { return log_ ? log_->name() : ""; }

 private:
  const TrainOptions& options_;
  std::optional<RunLog> log_;
  bool lost_ = false;

  template <class Write>
  void attempt(Write write) {
    if (lost_) return;
    try {
      write();
    } catch (const Error& error) {
      lost_ = true;
      discard();
      log_.reset();
      if (options_.warn) options_.warn(std::string("no record of this run: ") + error.what());
    }
  }
};

/// Calls `train(observe)`, `observe` being what `options` have, and records what it reports and comes to.
template <class Train>
TrainResult with_record(const Json& facts, const TrainOptions& options, Train train) {
  const WallStopwatch watch;
  KeptRecord record(options, facts);
  auto observe = [&](const TrainingProgress& progress) {
    if (!progress.scores.empty()) record.add(epoch_line(progress));
    if (options.observe) options.observe(progress);
  };
  TrainResult result;
  try {
    result = train(observe);
  } catch (const std::exception& error) {
    if (is_wrong_request(error)) {
      record.discard();
    } else {
      record.end(failure_line(error, watch.seconds()));
    }
    throw;
  }
  record.end(end_line(result));
  result.run = record.name();
  return result;
}

TrainResult run_timed(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan,
                      const TrainOptions& options) {
  const WallStopwatch watch;
  TrainResult result = TrainRun(experiment, data, plan, options).run();
  result.threads = used_threads(options, plan);
  result.seconds = watch.seconds();
  return result;
}

}  // namespace

bool check_training_output(const Path& output, bool resume) {
  check_writable(output);
  const TrainingLock lock(output);
  return TrainingCheckpoint::check(output, resume);
}

TrainResult run_training(const Experiment& experiment, const ExperimentData& data, const TrainOptions& asked) {
  check_writable(asked.output);
  if (!asked.runs.empty()) check_writable_folder(asked.runs);
  const TrainingLock lock(asked.output);
  TrainingCheckpoint::check(asked.output, asked.resume);
  TrainOptions options = asked;
  if (options.resume && !options.threads) options.threads = TrainingCheckpoint::threads(options.output);
  const TrialPlan plan = check_first_trial(experiment, data);
  check_callback_files(experiment, plan, options.output);
  if (options.warn) std::ranges::for_each(advice_on(plan), options.warn);
  MemoryRoom room(options.memory);
  const MemoryRoom::Share share = room.take(plan);
  if (options.runs.empty()) return run_timed(experiment, data, plan, options);
  return with_record(run_line(experiment, data, plan, options), options, [&](const auto& observe) {
    TrainOptions observed = options;
    observed.observe = observe;
    return run_timed(experiment, data, plan, observed);
  });
}

}  // namespace sluice
