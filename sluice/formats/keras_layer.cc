#include "sluice/formats/keras_layer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sluice/formats/keras_mask_internal.h"
#include "sluice/nn/channels_first.h"
#include "sluice/nn/custom_layer.h"

namespace sluice {
namespace {

// Keys without a meaning of their own here: weights come from the file, names and shapes are read elsewhere, a training
// runs in one process, `renorm` is false, and images come without boxes.
constexpr std::array ignored_keys = {
    "name",      "batch_shape",  "batch_input_shape", "input_shape",     "seed",
    "trainable", "synchronized", "renorm_clipping",   "renorm_momentum", "bounding_box_format"};

// Keys that may be there when they say what is so anyway.
const Json::Object& fixed_keys() {
  static const Json::Object keys = {{"data_format", "channels_last"},
                                    {"groups", 1},
                                    {"ragged", false},
                                    {"sparse", false},
                                    {"optional", false},
                                    {"renorm", false},
                                    {"fill_mode", "constant"}};
  return keys;
}

bool is_keras_module(const Json* module) {
  if (module == nullptr || module->is_null()) return true;
  std::string_view name = module->as_string();
  return name == "keras" || name == "keras.layers" || name == "keras.models" || name.starts_with("keras.src.models.") ||
         name.starts_with("keras.layers.") || name.starts_with("keras.src.layers.");
}

/// The name that `register_keras_serializable` gave the class, or "".
std::string registered_name(const KerasLayerEntry& layer) {
  const Json* name = layer.entry->find("registered_name");
  const bool given = name != nullptr && name->is_string() && name->as_string().find('>') != std::string::npos;
  return given ? name->as_string() : "";
}

void check_class(const KerasLayerEntry& layer) {
  if (layer.class_name == "Lambda") throw invalid(layer.text() + ": a Lambda holds code, which is never run");
  if (layer.is_mask()) return;
  const std::string registered = registered_name(layer);
  if (!registered.empty()) {
    if (registered_layer_name(layer.class_name) == registered) return;
    throw invalid(layer.text() + ": no layer is registered as \"" + registered + "\"");
  }
  if (!is_keras_module(layer.entry->find("module"))) {
    const std::string module = layer.entry->at("module").is_string() ? layer.entry->at("module").as_string() : "";
    if (module.starts_with("keras.src.ops"))
      throw invalid(layer.text() + ": is an operation of keras.ops, which is not supported, only layers");
    throw invalid(layer.text() + ": is no layer of Keras but of " + module);
  }
  const bool custom = !registered_layer_name(layer.class_name).empty();
  if (layer.is_input() || layer.is_model() || (find_layer_type(layer.class_name) != nullptr && !custom)) return;
  std::vector<std::string> names;
  for (const LayerType& type : layer_types()) names.push_back(type.class_name);
  throw invalid(layer.text() + ": " + unknown_name("layer", layer.class_name, names));
}

// "float32" and {"class_name": "DTypePolicy", "config": {"name": "float32"}} say the same.
std::string dtype_name(const Json& dtype) {
  return dtype.is_object() ? dtype.at("config").at("name").as_string() : dtype.as_string();
}

bool is_harmless(std::string_view key, const Json& value) {
  if (value.is_null() || key.ends_with("_initializer")) return true;
  if (std::find(ignored_keys.begin(), ignored_keys.end(), key) != ignored_keys.end()) return true;
  const auto& fixed = fixed_keys();
  return std::find(fixed.begin(), fixed.end(), Json::Object::value_type(key, value)) != fixed.end();
}

[[noreturn]] void refuse(const std::string& key, const Json& value) {
  const auto& fixed = fixed_keys();
  bool known = std::any_of(fixed.begin(), fixed.end(), [&](const auto& entry) { return entry.first == key; });
  throw invalid("parameter \"" + key + "\" is not supported" + (known ? " as " + value.dump() : ""));
}

void check_foreign_key(const std::string& key, const Json& value) {
  if (is_harmless(key, value)) return;
  if (key == "dtype") {
    if (dtype_name(value) != "float32") throw invalid("dtype " + dtype_name(value) + " is not supported, only float32");
  } else {
    refuse(key, value);
  }
}

bool is_known_initializer(const Json& value) {
  return value.is_null() || find_type<Initializer>(read_named_text("initializer", value, "").name) != nullptr;
}

Json our_parameters(const Json& config, const LayerType& type) {
  Json parameters = Json::object();
  const Json set = set_parameters(config, type.fields);
  for (const auto& [key, value] : set.as_object()) {
    const bool ours = has_field(type.fields, key) || (key == "data_format" && has_data_format(type.class_name));
    if (key.ends_with("_initializer") && !is_known_initializer(value)) continue;  // The weights are in the file.
    if (key == "seed" && value.is_object()) continue;                             // A generator, whose state is lost.
    if (ours) {
      parameters[key] = plain_keras_value(value);
    } else {
      check_foreign_key(key, value);
    }
  }
  return parameters;
}

Json input_config(const Graph& graph, int node) {
  Json config = Json::object();
  const auto input = read_fields<Input>(graph.node_layer(node).config());
  config["batch_shape"] = write_batch_shape(input.shape, input.open);
  config["dtype"] = input.dtype;
  config["sparse"] = false;
  config["name"] = graph.node_name(node);
  return config;
}

Json layer_config(const Graph& graph, int node) {
  Json config = Json::object();
  config["name"] = graph.node_name(node);
  const Layer& layer = graph.node_layer(node);
  const bool has_trainable = !layer.class_name().starts_with("SpatialDropout");  // Keras refuses the key there.
  if (has_trainable) config["trainable"] = graph.layers()[graph.nodes()[node].layer].trainable;
  config["dtype"] = "float32";
  Json parameters = layer.config();
  for (auto& [key, value] : parameters.as_object()) config[key] = std::move(value);
  // Another default may be set in the program that reads the file.
  if (has_data_format(layer.class_name()) && !config.contains("data_format")) config["data_format"] = "channels_last";
  return config;
}

}  // namespace

Json plain_keras_value(const Json& value) {
  const Json* class_name = value.find("class_name");
  if (class_name == nullptr || !class_name->is_string()) return value;
  if (class_name->as_string() == "function") return value.at("config");
  if (class_name->as_string() == "__numpy__" || class_name->as_string() == "__tensor__") {
    return value.at("config").at("value");
  }
  return value;
}

std::string KerasLayerEntry::text() const { return "layer " + (name.empty() ? "?" : name) + " (" + class_name + ")"; }

bool is_keras_model(std::string_view class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

bool KerasLayerEntry::is_model() const { return is_keras_model(class_name); }

bool KerasLayerEntry::is_mask() const {
  const Json* module = entry->find("module");
  return module != nullptr && module->is_string() && is_mask_operation(module->as_string(), class_name);
}

bool KerasLayerEntry::trainable() const {
  const Json* value = config->find("trainable");
  return value == nullptr || value->is_null() || value->as_bool();
}

KerasLayerEntry read_keras_entry(const Json& json) {
  KerasLayerEntry layer{json.at("class_name").as_string(), "", &json.at("config"), &json};
  const Json* name = json.find("name");
  if (name == nullptr) name = layer.config->find("name");
  if (name != nullptr && !name->is_null()) layer.name = name->as_string();
  check_class(layer);
  return layer;
}

LayerPtr read_keras_layer(const KerasLayerEntry& entry) {
  try {
    return make_layer(entry.class_name, our_parameters(*entry.config, *find_layer_type(entry.class_name)));
  } catch (const Error& error) {
    throw invalid(entry.text() + ": " + error.what());
  }
}

Input read_keras_input(const KerasLayerEntry& entry, int64_t open_size) {
  try {
    const Json* shape = entry.config->find("batch_shape");
    if (shape == nullptr) shape = entry.config->find("batch_input_shape");
    if (shape == nullptr) throw invalid("has no batch_shape");
    for (const auto& [key, value] : entry.config->as_object()) {
      if (key != "dtype") check_foreign_key(key, value);
    }
    Input input = read_batch_shape(*shape, open_size);
    const Json* dtype = entry.config->find("dtype");
    if (dtype != nullptr && !dtype->is_null()) input.dtype = dtype_name(*dtype);
    return input;
  } catch (const Error& error) {
    throw invalid(entry.text() + ": " + error.what());
  }
}

Input read_batch_shape(const Json& json, int64_t open_size) {
  const Json::Array& sizes = json.as_array();
  if (sizes.empty()) throw invalid("expected a shape such as [null, 28, 28, 1], got []");
  Input input;
  for (size_t i = 1; i < sizes.size(); ++i) {
    if (sizes[i].is_null()) {
      input.open.push_back(static_cast<int64_t>(i));
      input.shape.push_back(open_size);
    } else if (sizes[i].is_integer() && sizes[i].as_integer() >= 1) {
      input.shape.push_back(sizes[i].as_integer());
    } else {
      throw invalid("expected a shape such as [null, 28, 28, 1], got " + json.dump());
    }
  }
  return input;
}

Json write_batch_shape(const Shape& shape, const std::vector<int64_t>& open) {
  Json sizes = Json::array();
  sizes.push_back(nullptr);
  for (size_t i = 0; i < shape.size(); ++i) {
    const bool is_open = std::ranges::find(open, static_cast<int64_t>(i) + 1) != open.end();
    sizes.push_back(is_open ? Json() : Json(shape[i]));
  }
  return sizes;
}

Json write_keras_layer(const Graph& graph, int node) {
  bool is_input = graph.nodes()[node].inputs.empty();
  const std::string registered = registered_layer_name(graph.node_layer(node).class_name());
  Json entry = Json::object();
  entry["module"] = registered.empty() ? Json("keras.layers") : Json();
  entry["class_name"] = is_input ? "InputLayer" : graph.node_layer(node).class_name();
  entry["config"] = is_input ? input_config(graph, node) : layer_config(graph, node);
  entry["registered_name"] = registered.empty() ? Json() : Json(registered);
  return entry;
}

}  // namespace sluice
