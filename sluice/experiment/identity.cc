#include "sluice/experiment/identity.h"

#include <algorithm>

#include "sluice/base/canonical.h"
#include "sluice/base/hash.h"
#include "sluice/experiment/callback.h"
#include "sluice/experiment/model_template.h"
#include "sluice/experiment/name_uses.h"
#include "sluice/experiment/reference.h"
#include "sluice/formats/keras_file.h"
#include "sluice/nn/version.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

Json validation_fact(const ValidationRule& rule) {
  if (rule.rows) return *rule.rows;
  if (rule.share) return *rule.share;
  return rule.source.is_null() ? Json() : Json("source");
}

/// Defaults of model and fit that are not in the space, which have the same value in every trial.
Json constants(const Experiment& experiment) {
  Json constants = Json::object();
  auto names = experiment.space.names();
  auto used = names_used(experiment);
  for (const auto& [name, value] : experiment.defaults.as_object()) {
    bool searched = std::find(names.begin(), names.end(), name) != names.end();
    if (!searched && used.contains(name)) constants[name] = value;
  }
  return constants;
}

/// Returns {class: parameters} without those that are at their defaults, the same however a user wrote them; null for
/// none.
template <NamedKind Kind>
Json meaning(const std::shared_ptr<const Kind>& object) {
  if (object == nullptr) return {};
  const NamedType<Kind>& type = *find_type<Kind>(object->class_name());
  const Json config = object->config();
  Json parameters = Json::object();
  for (const FieldInfo& field : type.fields) {
    if (field.required) parameters[field.name] = config.at(field.name);
  }
  const Json defaults = type.create(parameters, "")->config();
  for (const auto& [name, value] : config.as_object()) {
    const Json* usual = defaults.find(name);  // None of data_format, which is there where it is unusual.
    if (usual == nullptr || value != *usual) parameters[name] = value;
  }
  return Json::Object{{type.class_name, parameters}};
}

/// Layers in their order, and calls of them as indices: the layer's, then those of the calls that feed it.
Json graph_fact(const Graph& graph) {
  Json::Array layers, calls, outputs;
  for (const Graph::LayerEntry& entry : graph.layers()) {
    Json layer = meaning(entry.layer);
    layer["name"] = entry.name;
    if (!entry.trainable) layer["trainable"] = false;
    layers.push_back(std::move(layer));
  }
  for (const Graph::Node& node : graph.nodes()) {
    Json::Array call{node.layer};
    call.insert(call.end(), node.inputs.begin(), node.inputs.end());
    calls.emplace_back(std::move(call));
  }
  outputs.assign(graph.outputs().begin(), graph.outputs().end());
  return Json::Object{{"layers", layers}, {"calls", calls}, {"outputs", outputs}};
}

template <class Pointer>
Json meanings(const std::vector<Pointer>& objects) {
  Json list = Json::array();
  for (const Pointer& object : objects) list.push_back(meaning(object));
  return list;
}

/// [[class, weight], …] of each output.
Json class_weight_fact(const std::vector<ClassWeights>& by_output) {
  Json fact = Json::array();
  for (const ClassWeights& classes : by_output) {
    Json list = Json::array();
    for (const auto& [number, weight] : classes) list.push_back(Json::Array{number, weight});
    fact.push_back(std::move(list));
  }
  return fact;
}

Json fit_fact(const TrialPlan& plan) {
  const CompileConfig& compile = plan.compile;
  Json metrics = Json::array(), weights = Json::array();
  for (const auto& list : compile.metrics) metrics.push_back(meanings(list));
  for (size_t i = 0; i < compile.losses.size(); ++i) weights.push_back(compile.loss_weight(i));
  Json fact = Json::Object{{"optimizer", meaning(compile.optimizer)},
                           {"losses", meanings(compile.losses)},
                           {"loss_weights", weights},
                           {"metrics", metrics},
                           {"batch_size", plan.batch_size},
                           {"epochs", plan.epochs},
                           {"shuffle", plan.shuffle},
                           {"callbacks", meanings(plan.callbacks)}};
  if (!plan.class_weights.empty()) fact["class_weight"] = class_weight_fact(plan.class_weights);
  return fact;
}

/// The places of model and fit where names stand.
Json uses(const Experiment& experiment) {
  Json uses = reference_places(experiment.model, "/model");
  const Json in_fit = reference_places(experiment.fit, "/fit");
  for (const auto& [path, name] : in_fit.as_object()) uses[path] = name;
  return uses;
}

/// Whether the model is not the same list of layers in each trial.
bool has_structure(const Json& model) {
  if (model.is_string()) return true;
  return model.is_array() && std::ranges::any_of(model.as_array(), [](const Json& entry) {
           return choose_of(entry) != nullptr || repeat_of(entry) != nullptr;
         });
}

}  // namespace

Json identity_facts(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan) {
  Json facts = Json::object();
  facts["data"] = data.hashes;
  facts["validation"] = validation_fact(experiment.data.validation);
  facts["data_seed"] = experiment.data.seed;
  facts["model"] = experiment.start ? Json() : graph_fact(plan.graph);
  facts["start"] = experiment.start ? Json(content_hash(write_keras(*experiment.start))) : Json();
  facts["fit"] = fit_fact(plan);
  facts["uses"] = uses(experiment);
  if (has_structure(experiment.model)) facts["structure"] = experiment.model;
  facts["constants"] = constants(experiment);
  facts["kernel_level"] = to_string(kernel_level());
  facts["engine_version"] = engine_version;
  for (auto& [name, fact] : facts.as_object()) fact = canonical(fact);
  return facts;
}

}  // namespace sluice
