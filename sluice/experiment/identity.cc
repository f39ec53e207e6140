#include "sluice/experiment/identity.h"

#include <algorithm>

#include "sluice/base/hash.h"
#include "sluice/experiment/name_uses.h"
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

}  // namespace

Json sorted_keys(const Json& json) {
  Json result = json;
  if (json.is_array()) {
    for (Json& element : result.as_array()) element = sorted_keys(element);
  } else if (json.is_object()) {
    Json::Object& entries = result.as_object();
    for (auto& entry : entries) entry.second = sorted_keys(entry.second);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  }
  return result;
}

Json identity_facts(const Experiment& experiment, const ExperimentData& data) {
  Json facts = Json::object();
  facts["data"] = sorted_keys(data.hashes);
  facts["validation"] = validation_fact(experiment.data.validation);
  facts["data_seed"] = experiment.data.seed;
  facts["model"] = sorted_keys(experiment.model);
  facts["outputs"] = experiment.outputs;
  facts["start"] = experiment.start ? Json(content_hash(write_keras(*experiment.start))) : Json();
  facts["fit"] = sorted_keys(experiment.fit);
  facts["constants"] = sorted_keys(constants(experiment));
  facts["kernel_level"] = to_string(kernel_level());
  facts["engine_version"] = engine_version;
  return facts;
}

}  // namespace sluice
