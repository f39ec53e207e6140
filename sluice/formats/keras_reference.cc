#include <map>

#include "sluice/base/error.h"
#include "sluice/formats/keras_reference_internal.h"

namespace sluice {
namespace {

KerasReference read_reference(const Json& json) {
  const Json::Array& parts = json.as_array();
  if (parts.size() != 3 || !parts[0].is_string() || !parts[1].is_integer() || !parts[2].is_integer())
    throw invalid("expected [layer, call, output], got " + json.dump());
  return {parts[0].as_string(), parts[1].as_integer(), parts[2].as_integer()};
}

// Collects the tensors among the positional arguments of a call, in order.
void collect_arguments(const Json& json, std::vector<KerasReference>& references) {
  if (json.is_array()) {
    for (const Json& element : json.as_array()) collect_arguments(element, references);
  } else if (const Json* name = json.find("class_name"); name != nullptr && *name == Json("__keras_tensor__")) {
    references.push_back(read_reference(json.at("config").at("keras_history")));
  } else if (!json.is_null()) {
    throw invalid("is called with an argument that is no tensor: " + json.dump());
  }
}

// Keras notes `mask: null`, and `training`, which fit, evaluate and predict replace by their own.
void check_keywords(const Json* keywords) {
  if (keywords == nullptr) return;
  for (const auto& [key, value] : keywords->as_object()) {
    const bool empty_mask = key == "mask" && value.is_array() && value == Json(Json::Array(value.size(), Json()));
    if (value.is_null() || empty_mask || (key == "training" && value.is_bool())) continue;
    throw invalid("is called with the argument \"" + key + "\", which is not supported");
  }
}

void collect_references(const Json& json, std::vector<KerasReference>& references) {
  if (json.is_object()) {
    std::map<std::string, const Json*> sorted;
    for (const auto& [key, value] : json.as_object()) sorted[key] = &value;
    for (const auto& [key, value] : sorted) collect_references(*value, references);
  } else if (json.size() == 3 && json[0].is_string()) {
    references.push_back(read_reference(json));
  } else {
    for (const Json& element : json.as_array()) collect_references(element, references);
  }
}

}  // namespace

std::vector<KerasReference> read_keras_call(const Json& json) {
  if (!json.is_object()) throw invalid("expected its inbound nodes in the form of Keras 3");
  std::vector<KerasReference> references;
  collect_arguments(json.at("args"), references);
  check_keywords(json.find("kwargs"));
  if (references.empty()) throw invalid("is called without a tensor");
  return references;
}

std::vector<KerasReference> read_keras_references(const Json& json) {
  std::vector<KerasReference> references;
  collect_references(json, references);
  return references;
}

}  // namespace sluice
