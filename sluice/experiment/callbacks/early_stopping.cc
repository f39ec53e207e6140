#include "sluice/experiment/callbacks/early_stopping.h"

#include "sluice/experiment/training.h"

namespace sluice {
namespace {

/// Where the watching stands, in Keras' way of counting: `wait` epochs since the best one.
class EarlyStoppingRun : public CallbackRun {
 public:
  EarlyStoppingRun(const EarlyStopping& parameters, Monitor monitor, bool restores)
      : p_(parameters), monitor_(std::move(monitor)), restores_(restores) {}

  void begin(const CallbackState* saved) override {
    if (saved == nullptr) return;
    wait_ = saved->values.at("wait").as_integer();
    best_epoch_ = saved->values.at("best_epoch").as_integer();
    if (!saved->values.at("best").is_null()) best_ = saved->values.at("best").as_real();
    best_scores_ = scores_from_json(saved->values.at("best_scores"));
    best_weights_ = saved->weights;
  }

  bool epoch_end(const EndedEpoch& epoch) override {
    const double value = monitor_.value(epoch.scores);
    if (epoch.state.epoch <= p_.start_from_epoch) return false;
    ++wait_;
    if (monitor_.improves(value, best_)) {
      best_ = value;
      keep(epoch);
      if (!p_.baseline || monitor_.improves(value, p_.baseline)) wait_ = 0;
      return false;
    }
    return wait_ >= p_.patience && epoch.state.epoch > 1;
  }

  void train_end(EndedTraining& training) override {
    if (best_weights_.empty()) return;
    training.state.weights = best_weights_;
    training.state.epoch = best_epoch_;
    training.scores = best_scores_;
  }

  CallbackState state() const override {
    return {Json::Object{{"wait", wait_},
                         {"best", best_ ? Json(*best_) : Json()},
                         {"best_epoch", best_epoch_},
                         {"best_scores", scores_to_json(best_scores_)}},
            best_weights_};
  }

 private:
  const EarlyStopping& p_;
  Monitor monitor_;
  bool restores_;
  int64_t wait_ = 0;
  std::optional<double> best_;
  int64_t best_epoch_ = 0;
  Scores best_scores_;
  Tensor best_weights_;  ///< Empty where none are to be restored.

  void keep(const EndedEpoch& epoch) {
    best_epoch_ = epoch.state.epoch;
    if (!restores_) return;
    best_scores_ = epoch.scores;
    best_weights_ = copy_of(epoch.state.weights);
  }
};

class EarlyStoppingCallback : public ParameterNamed<Callback, EarlyStopping> {
 public:
  using ParameterNamed::ParameterNamed;
  bool acts_in_trials() const override { return true; }
  void check(const CallbackPlace& place) const override { monitor(place); }
  std::unique_ptr<CallbackRun> start(const CallbackPlace& place) const override {
    return std::make_unique<EarlyStoppingRun>(p, monitor(place), p.restore_best_weights && place.save_model);
  }

 private:
  Monitor monitor(const CallbackPlace& place) const {
    return find_monitor(class_name(), p.monitor, p.mode, p.min_delta, place);
  }
};

}  // namespace

NamedType<Callback> early_stopping_type() { return named_type<Callback, EarlyStopping, EarlyStoppingCallback>(); }

}  // namespace sluice
