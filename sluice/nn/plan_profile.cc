#include "sluice/nn/plan_profile.h"

#include <algorithm>
#include <limits>
#include <new>
#include <numeric>

#include "sluice/base/stopwatch.h"
#include "sluice/tensor/core_rate.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

Tensor zeros_of(DType type, int64_t rows, const Shape& shape) {
  Shape all{rows};
  all.insert(all.end(), shape.begin(), shape.end());
  return {type, all};
}

Examples examples_of_zeros(const Model& model, PlanMode mode, int64_t batch) {
  const Graph& graph = model.graph;
  Examples examples;
  for (int node : graph.inputs()) examples.inputs.push_back(zeros_of(DType::float32, batch, graph.nodes()[node].shape));
  if (mode == PlanMode::inference) return examples;
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    const bool classes = model.compile->losses[i]->label_kind() == LabelKind::classes;
    examples.labels.push_back(
        zeros_of(classes ? DType::int32 : DType::float32, batch, graph.nodes()[graph.outputs()[i]].shape));
  }
  return examples;
}

/// A step of a model with all that it works on.
class Stepper {
 public:
  Stepper(const Model& model, PlanMode mode, int64_t batch)
      : model_(model),
        mode_(mode),
        examples_(examples_of_zeros(model, mode, batch)),
        plan_(model.graph, model.compile ? &*model.compile : nullptr, mode, batch),
        rows_(static_cast<size_t>(batch)),
        weights_(Tensor::of<float>(model.weights.shape(), model.weights.values<float>())),
        gradients_(DType::float32, {model.graph.weight_size()}),
        seconds_(plan_.calls().size() + (mode == PlanMode::training), std::numeric_limits<double>::infinity()) {
    std::iota(rows_.begin(), rows_.end(), 0);
    if (mode == PlanMode::training) state_ = model.compile->optimizer->initial_state(model.graph.trainable_size());
    plan_.prepare(weights_.values<float>().data());
  }

  /// Lowers the times of the calls, and at last of the update, to those of one more step.
  void step() {
    auto weights = weights_.values<float>(), gradients = gradients_.values<float>();
    const bool training = mode_ == PlanMode::training;
    plan_.run_timed({&examples_, rows_.data(), static_cast<int64_t>(rows_.size())}, weights.data(),
                    {.gradients = training ? gradients.data() : nullptr}, seconds_);
    if (!training) return;
    const auto trainable = static_cast<size_t>(model_.graph.trainable_size());
    const Stopwatch watch;
    model_.compile->optimizer->update({weights.first(trainable), gradients.first(trainable), model_.graph.variables()},
                                      state_);
    seconds_.back() = std::min(seconds_.back(), watch.seconds());
  }

  PlanProfile profile() const {
    PlanProfile profile{.arena_bytes = plan_.arena_bytes()};
    for (const KernelCall& call : plan_.calls()) {
      profile.calls.push_back(
          {call.node, call.kernel, seconds_[profile.calls.size()], call.flop * plan_.batch(), plan_.bytes(call)});
    }
    if (mode_ == PlanMode::training) profile.calls.push_back(update_profile());
    return profile;
  }

 private:
  /// Reads the gradients, changes the weights and every slot.
  CallProfile update_profile() const {
    const int64_t arrays = 3 + 2 * static_cast<int64_t>(state_.slots.size());
    return {"", std::string(model_.compile->optimizer->class_name()), seconds_.back(), 0,
            arrays * model_.graph.trainable_size() * static_cast<int64_t>(sizeof(float))};
  }

  const Model& model_;
  PlanMode mode_;
  Examples examples_;
  Plan plan_;
  std::vector<int64_t> rows_;
  Tensor weights_, gradients_;
  OptimizerState state_;
  std::vector<double> seconds_;
};

}  // namespace

std::optional<int64_t> profile_memory(const Model& model, PlanMode mode, int64_t batch) {
  constexpr double most = 1e18;
  const Graph& graph = model.graph;
  double numbers = 0;  // Of a row.
  for (const auto* nodes : {&graph.inputs(), &graph.outputs()}) {
    for (int node : *nodes) numbers += static_cast<double>(element_count(graph.nodes()[node].shape));
  }
  const double bytes = numbers * static_cast<double>(sizeof(float)) * static_cast<double>(batch) +
                       8.0 * static_cast<double>(graph.weight_size()) * sizeof(float);
  if (bytes > most) return std::nullopt;
  try {
    const KernelScope scope;
    const CompileConfig* compile = model.compile ? &*model.compile : nullptr;
    return static_cast<int64_t>(bytes) + Plan(graph, compile, mode, batch).arena_bytes();
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
}

PlanProfile profile_plan(const Model& model, PlanMode mode, int64_t batch) {
  constexpr double budget = 1;  // seconds
  constexpr int least = 3, most = 1000;
  if (mode != PlanMode::inference && (!model.compile || !model.compile->optimizer))
    throw invalid("the model was saved without a loss and an optimizer: it has no training step");
  const KernelScope scope;
  Stepper stepper(model, mode, batch);
  const WallStopwatch watch;
  for (int i = 0; i < most && (i < least || watch.seconds() < budget); ++i) stepper.step();
  PlanProfile profile = stepper.profile();
  profile.flop_rate = core_flop_rate();
  return profile;
}

}  // namespace sluice
