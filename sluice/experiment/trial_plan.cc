#include "sluice/experiment/trial_plan.h"

#include <cctype>

#include "sluice/experiment/fit_section.h"
#include "sluice/experiment/model_section.h"
#include "sluice/experiment/reference.h"
#include "sluice/nn/open_inputs.h"
#include "sluice/nn/scores.h"

namespace sluice {
namespace {

/// The defaults, replaced by the values of a trial.
Json merged_values(const Json& defaults, const Json& values) {
  Json merged = defaults;
  if (!values.is_object()) return merged;
  for (const auto& [name, value] : values.as_object()) merged[name] = value;
  return merged;
}

/// The name with which Keras on TensorFlow can call the model: letters, digits and `_`, no `_` first.
std::string callable_name(std::string name) {
  for (char& letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x80 || std::isalnum(byte) == 0) letter = '_';
  }
  return name.starts_with('_') ? "model" + name : name;
}

Graph trial_graph(const Experiment& experiment, const Json& values, const NamedShapes& inputs) {
  if (experiment.start) return bound_graph(experiment.start->graph, inputs);
  return build_graph(read_model_section(experiment.model, values), inputs, callable_name(experiment.name));
}

}  // namespace

TrialPlan build_trial_plan(const Experiment& experiment, const Json& values, const NamedShapes& inputs) {
  Json merged = merged_values(experiment.defaults, values);
  FitSection fit = read_fit_section(replace_references(experiment.fit, "/fit", merged));
  TrialPlan plan;
  plan.graph = trial_graph(experiment, merged, inputs);
  plan.start = experiment.start;
  plan.compile = compile_config(fit, plan.graph, experiment.start.get());
  plan.goes_on = experiment.start && experiment.start->optimizer_state && !fit.optimizer && !fit.schedule;
  plan.batch_size = fit.batch_size;
  plan.epochs = fit.epochs;
  plan.shuffle = fit.shuffle;
  plan.callbacks = fit.callbacks;
  plan.class_weights = class_weights_by_output(fit, plan.graph);
  return plan;
}

TrialPlan instantiate(const Experiment& experiment, const Json& values, const NamedShapes& inputs) {
  return with_positions(*experiment.document, [&] { return build_trial_plan(experiment, values, inputs); });
}

std::vector<std::string> reported_metrics(const TrialPlan& plan, bool validation) {
  std::vector<std::string> names{"loss"};
  for (const ScoreEntry& entry : score_entries(plan.graph, plan.compile))
    names.insert(names.end(), entry.names.begin(), entry.names.end());
  size_t count = validation ? names.size() : 0;
  for (size_t i = 0; i < count; ++i) names.push_back("val_" + names[i]);
  return names;
}

}  // namespace sluice
