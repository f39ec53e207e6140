#include "sluice/experiment/callbacks/model_checkpoint.h"

#include "sluice/experiment/file_pattern.h"

namespace sluice {
namespace {

std::string file_of(const std::string& pattern, int64_t epoch, const Scores& scores) {
  return fill_file_pattern(pattern, epoch, scores);
}

class CheckpointRun : public CallbackRun {
 public:
  CheckpointRun(const ModelCheckpoint& parameters, std::optional<Monitor> monitor, const CallbackPlace& place)
      : p_(parameters), monitor_(std::move(monitor)), best_(p_.initial_value_threshold), save_(place.save_model) {}

  void begin(const CallbackState* saved) override {
    if (saved != nullptr && !saved->values.at("best").is_null()) best_ = saved->values.at("best").as_real();
  }

  bool epoch_end(const EndedEpoch& epoch) override {
    if (monitor_) {
      const double value = monitor_->value(epoch.scores);
      if (!monitor_->improves(value, best_)) return false;
      best_ = value;
    }
    const Path path = file_of(p_.filepath, epoch.state.epoch, epoch.scores);
    if (path.has_parent_path()) make_directories(path.parent_path());
    save_(epoch.state, epoch.scores, path);
    return false;
  }

  CallbackState state() const override { return {Json::Object{{"best", best_ ? Json(*best_) : Json()}}, {}}; }

 private:
  const ModelCheckpoint& p_;
  std::optional<Monitor> monitor_;  ///< Unset: every model is written.
  std::optional<double> best_;
  std::function<void(const TrainingState&, const Scores&, const Path&)> save_;
};

class CheckpointCallback : public ParameterNamed<Callback, ModelCheckpoint> {
 public:
  explicit CheckpointCallback(const ModelCheckpoint& parameters) : ParameterNamed(parameters) {
    if (!p.filepath.ends_with(".keras"))
      throw invalid("ModelCheckpoint: filepath: expected an ending that is supported: .keras");
    if (p.save_weights_only) throw invalid("ModelCheckpoint: save_weights_only is not supported: models are whole");
  }

  Path file() const override { return p.filepath; }

  void check(const CallbackPlace& place) const override {
    monitor(place);
    Scores scores;
    for (const std::string& name : reported_metrics(place.plan, place.validation)) scores.emplace_back(name, 0);
    file_of(p.filepath, 1, scores);
  }

  std::unique_ptr<CallbackRun> start(const CallbackPlace& place) const override {
    return std::make_unique<CheckpointRun>(p, monitor(place), place);
  }

 private:
  std::optional<Monitor> monitor(const CallbackPlace& place) const {
    if (!p.save_best_only) return std::nullopt;
    return find_monitor(class_name(), p.monitor, p.mode, 0, place);
  }
};

}  // namespace

NamedType<Callback> model_checkpoint_type() { return named_type<Callback, ModelCheckpoint, CheckpointCallback>(); }

}  // namespace sluice
