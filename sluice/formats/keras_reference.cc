#include <map>
#include <optional>

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

// The output that an argument stands for, if it is a tensor.
std::optional<KerasReference> tensor_argument(const Json& json) {
  const Json* name = json.is_object() ? json.find("class_name") : nullptr;
  if (name == nullptr || *name != Json("__keras_tensor__")) return std::nullopt;
  return read_reference(json.at("config").at("keras_history"));
}

// Collects the tensors among the positional arguments of a call, in order.
void collect_arguments(const Json& json, std::vector<KerasReference>& references) {
  if (json.is_array()) {
    for (const Json& element : json.as_array()) collect_arguments(element, references);
  } else if (const auto tensor = tensor_argument(json)) {
    references.push_back(*tensor);
  } else if (!json.is_null()) {
    throw invalid("is called with an argument that is no tensor: " + json.dump());
  }
}

// The masks of the inputs, one or a list; nothing where there are none.
std::vector<std::optional<KerasReference>> read_masks(const Json& json) {
  if (json.is_null()) return {};
  std::vector<std::optional<KerasReference>> masks;
  const Json::Array list = json.is_array() ? json.as_array() : Json::Array{json};
  for (const Json& mask : list) {
    masks.push_back(tensor_argument(mask));
    if (!masks.back() && !mask.is_null()) throw invalid("is called with a mask that is no tensor: " + mask.dump());
  }
  return masks;
}

// Keras notes `mask`, and `training`, which fit, evaluate and predict replace by their own.
std::vector<std::optional<KerasReference>> read_keywords(const Json* keywords) {
  std::vector<std::optional<KerasReference>> masks;
  if (keywords == nullptr) return masks;
  for (const auto& [key, value] : keywords->as_object()) {
    if (key == "mask") {
      masks = read_masks(value);
    } else if (!value.is_null() && (key != "training" || !value.is_bool())) {
      throw invalid("is called with the argument \"" + key + "\", which is not supported");
    }
  }
  return masks;
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

KerasCall read_keras_call(const Json& json) {
  if (!json.is_object()) throw invalid("expected its inbound nodes in the form of Keras 3");
  KerasCall call;
  collect_arguments(json.at("args"), call.inputs);
  call.masks = read_keywords(json.find("kwargs"));
  if (call.inputs.empty()) throw invalid("is called without a tensor");
  return call;
}

KerasCall read_keras_mask_call(const Json& json) {
  if (!json.is_object()) return read_keras_call(json);
  Json tensors = json;
  Json::Array& arguments = tensors["args"].as_array();
  if (arguments.size() == 2 && arguments[1] == Json(0)) arguments.pop_back();  // not_equal(indices, 0)
  return read_keras_call(tensors);
}

std::vector<KerasReference> read_keras_references(const Json& json) {
  std::vector<KerasReference> references;
  collect_references(json, references);
  return references;
}

}  // namespace sluice
