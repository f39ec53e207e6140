#include "sluice/experiment/callbacks/reduce_lr_on_plateau.h"

#include <algorithm>

namespace sluice {
namespace {

class ReduceRun : public CallbackRun {
 public:
  ReduceRun(const ReduceLROnPlateau& parameters, Monitor monitor) : p_(parameters), monitor_(std::move(monitor)) {}

  void begin(const CallbackState* saved) override {
    if (saved == nullptr) return;
    wait_ = saved->values.at("wait").as_integer();
    cooldown_ = saved->values.at("cooldown").as_integer();
    if (!saved->values.at("best").is_null()) best_ = saved->values.at("best").as_real();
  }

  bool epoch_end(const EndedEpoch& epoch) override {
    const double value = monitor_.value(epoch.scores);
    if (cooldown_ > 0) {
      --cooldown_;
      wait_ = 0;
    }
    if (monitor_.improves(value, best_)) {
      best_ = value;
      wait_ = 0;
    } else if (cooldown_ == 0 && ++wait_ >= p_.patience) {
      reduce(epoch);
    }
    return false;
  }

  CallbackState state() const override {
    return {Json::Object{{"wait", wait_}, {"cooldown", cooldown_}, {"best", best_ ? Json(*best_) : Json()}}, {}};
  }

 private:
  const ReduceLROnPlateau& p_;
  Monitor monitor_;
  int64_t wait_ = 0;
  int64_t cooldown_ = 0;
  std::optional<double> best_;

  void reduce(const EndedEpoch& epoch) {
    std::optional<double>& set = epoch.state.optimizer.learning_rate;
    const double rate = set.value_or(epoch.learning_rate);  // Another callback may have reduced it already.
    if (rate <= p_.min_lr) return;
    set = std::max(rate * p_.factor, p_.min_lr);
    cooldown_ = p_.cooldown;
    wait_ = 0;
  }
};

class ReduceCallback : public ParameterNamed<Callback, ReduceLROnPlateau> {
 public:
  using ParameterNamed::ParameterNamed;
  bool acts_in_trials() const override { return true; }
  void check(const CallbackPlace& place) const override {
    monitor(place);
    if (place.plan.compile.optimizer->learning_rate().schedule == nullptr) return;
    throw invalid("ReduceLROnPlateau needs a learning_rate that is a number, not a schedule");
  }
  std::unique_ptr<CallbackRun> start(const CallbackPlace& place) const override {
    return std::make_unique<ReduceRun>(p, monitor(place));
  }

 private:
  Monitor monitor(const CallbackPlace& place) const {
    return find_monitor(class_name(), p.monitor, p.mode, p.min_delta, place);
  }
};

}  // namespace

NamedType<Callback> reduce_lr_on_plateau_type() { return named_type<Callback, ReduceLROnPlateau, ReduceCallback>(); }

}  // namespace sluice
