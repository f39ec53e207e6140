#include "sluice/experiment/callbacks/tensorboard.h"

#include <unistd.h>

#include <chrono>

#include "sluice/experiment/log_file.h"
#include "sluice/formats/tensorboard.h"

namespace sluice {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// A name of its own for the files of this training.
std::string new_name() {
  return "events.out.tfevents." + std::to_string(static_cast<int64_t>(now())) + ".sluice." + std::to_string(::getpid());
}

using Scalars = std::vector<std::pair<std::string, double>>;

class TensorBoardRun : public CallbackRun {
 public:
  TensorBoardRun(const TensorBoard& parameters, bool validation) : p_(parameters), validates_(validation) {}

  void begin(const CallbackState* saved) override {
    name_ = saved != nullptr ? saved->values.at("name").as_string() : new_name();
    open(train_, "train", saved);
    if (validates_) open(validation_, "validation", saved);
  }

  bool epoch_end(const EndedEpoch& epoch) override {
    Scalars train, validation;
    for (const auto& [name, value] : epoch.scores) {
      const bool held_back = name.starts_with("val_");
      (held_back ? validation : train).emplace_back("epoch_" + (held_back ? name.substr(4) : name), value);
    }
    train.emplace_back("epoch_learning_rate", epoch.learning_rate);
    train_.append(tensorboard_scalars(now(), epoch.state.epoch - 1, train));
    if (validates_) validation_.append(tensorboard_scalars(now(), epoch.state.epoch - 1, validation));
    return false;
  }

  CallbackState state() const override {
    return {Json::Object{{"name", name_}, {"train", train_.size()}, {"validation", validation_.size()}}, {}};
  }

 private:
  const TensorBoard& p_;
  bool validates_;
  std::string name_;
  LogFile train_;
  LogFile validation_;

  void open(LogFile& file, const std::string& part, const CallbackState* saved) const {
    file.open(Path(p_.log_dir) / part / name_, saved != nullptr ? saved->values.at(part).as_integer() : 0);
    if (file.size() == 0) file.append(tensorboard_header(now()));
  }
};

class TensorBoardCallback : public ParameterNamed<Callback, TensorBoard> {
 public:
  using ParameterNamed::ParameterNamed;
  void check(const CallbackPlace&) const override {
    if (p.log_dir.empty()) throw invalid("TensorBoard: log_dir: expected a folder");
  }
  std::unique_ptr<CallbackRun> start(const CallbackPlace& place) const override {
    return std::make_unique<TensorBoardRun>(p, place.validation);
  }
};

}  // namespace

NamedType<Callback> tensorboard_type() { return named_type<Callback, TensorBoard, TensorBoardCallback>(); }

}  // namespace sluice
