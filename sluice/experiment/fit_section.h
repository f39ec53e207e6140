#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/experiment/callback.h"
#include "sluice/experiment/keys.h"
#include "sluice/nn/model.h"

namespace sluice {

/// The keys of the section.
std::span<const Key> fit_keys();

/// The section `fit` without its references. Losses and metrics are by output name, or one entry with the name "".
struct FitSection {
  OptimizerPtr optimizer;                               ///< Null where the file has none.
  SchedulePtr schedule;                                 ///< Null where the file has none.
  std::vector<std::pair<std::string, LossPtr>> losses;  ///< Empty where the file has none.
  std::vector<std::pair<std::string, std::vector<MetricPtr>>> metrics;
  int64_t batch_size = 32;
  int64_t epochs = 1;
  bool shuffle = true;
  std::vector<CallbackPtr> callbacks;
  std::vector<std::pair<std::string, double>> loss_weights;         ///< Empty where the file has none.
  std::vector<std::pair<std::string, ClassWeights>> class_weights;  ///< Empty where the file has none.
};

/// Reads `optimizer` (`Adam` or `{Adam: {learning_rate: 0.01}}`), `loss` (a name, or a map from outputs to names),
/// `metrics` (a list of names, or a map from outputs to such lists), `batch_size`, `epochs` and `shuffle`; `schedule`
/// (`CosineDecay` or `{CosineDecay: {alpha: 0.1}}`) takes the place of the optimizer's learning rate; `callbacks` is a
/// list of such; `loss_weights` is a factor of the loss (or a map from outputs to factors), `class_weight` a map from
/// class numbers to what rows of the class count (or a map from outputs to such maps).
///
/// Throws PathError for unknown keys and names, with the nearest known one, and values out of their bounds.
FitSection read_fit_section(const Json& fit);

/// Returns how a graph is trained; what the section leaves open is taken from how `start` was (null: nothing).
///
/// Throws PathError when optimizer or loss is missing, an output has no loss, a map names what is no output, or losses
/// and metrics do not suit the outputs.
CompileConfig compile_config(const FitSection& section, const Graph& graph, const Model* start);

/// Returns the section's class weights by output; empty where it has none. Throws PathError when a map names what is no
/// output, or a class that the output does not have.
std::vector<ClassWeights> class_weights_by_output(const FitSection& section, const Graph& graph);

}  // namespace sluice
