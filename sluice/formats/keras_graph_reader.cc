#include <algorithm>
#include <map>
#include <optional>

#include "sluice/formats/keras_graph.h"
#include "sluice/formats/keras_layer.h"

namespace sluice {
namespace {

std::string model_name(const Json& config) {
  const Json* name = config.find("name");
  return name == nullptr || name->is_null() ? "model" : name->as_string();
}

void check_trainable(const Json& config) {
  const Json* trainable = config.find("trainable");
  if (trainable != nullptr && trainable->is_bool() && !trainable->as_bool()) {
    throw invalid("frozen models (trainable: false) are not supported yet");
  }
}

std::vector<int> layer_indices(const Graph& graph, const std::vector<std::string>& names) {
  std::vector<int> indices;
  for (const std::string& name : names) {
    for (int i = 0; i < static_cast<int>(graph.layers().size()); ++i) {
      if (graph.layers()[i].name == name) indices.push_back(i);
    }
  }
  return indices;
}

// A Sequential without InputLayer knows its input shape only from where it was built.
Shape built_shape(const Json& model, const Json& first_layer) {
  const Json& config = model.at("config");
  std::vector<const Json*> places = {config.find("build_input_shape"), first_layer.at("config").find("batch_shape"),
                                     first_layer.at("config").find("batch_input_shape")};
  for (const Json* owner : {&model, &first_layer}) {
    if (const Json* build = owner->find("build_config")) places.push_back(build->find("input_shape"));
  }
  for (const Json* place : places) {
    if (place != nullptr && place->is_array()) return read_batch_shape(*place);
  }
  throw invalid("the shape of the input is not known: the model was saved before it was built");
}

KerasGraph read_sequential(const Json& model) {
  const Json& config = model.at("config");
  const Json::Array& entries = config.at("layers").as_array();
  if (entries.empty()) throw invalid("the model has no layers");
  GraphBuilder builder(model_name(config));
  int node = -1;
  for (const Json& json : entries) {
    KerasLayerEntry entry = read_keras_entry(json);
    if (entry.is_input() && node >= 0) throw invalid(entry.text() + ": an input can only come first");
    if (entry.is_input()) {
      auto [shape, dtype] = read_keras_input(entry);
      node = builder.input(shape, entry.name, dtype);
      continue;
    }
    if (node < 0) node = builder.input(built_shape(model, json));
    node = builder.call(read_keras_layer(entry), {node}, entry.name, entry.trainable());
  }
  Graph graph = builder.finish({node});
  std::vector<int> order(graph.layers().size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  return {std::move(graph), std::move(order)};
}

// A call of a layer in a Functional model: the layer and which of its calls.
struct Reference {
  std::string layer;
  int64_t call;
};

Reference read_reference(const Json& json) {
  const Json::Array& parts = json.as_array();
  if (parts.size() != 3 || !parts[0].is_string() || !parts[1].is_integer() || parts[2] != Json(0)) {
    throw invalid("expected [layer, call, 0], got " + json.dump());
  }
  return {parts[0].as_string(), parts[1].as_integer()};
}

// Collects the tensors among the positional arguments of a call, in order.
void read_arguments(const Json& json, std::vector<Reference>& references) {
  if (json.is_array()) {
    for (const Json& element : json.as_array()) read_arguments(element, references);
  } else if (const Json* name = json.find("class_name"); name != nullptr && *name == Json("__keras_tensor__")) {
    references.push_back(read_reference(json.at("config").at("keras_history")));
  } else if (!json.is_null()) {
    throw invalid("is called with an argument that is no tensor: " + json.dump());
  }
}

// Keras notes `mask: null`, and `training: false` or true, which fit, evaluate and predict replace by their own.
void check_keywords(const Json* keywords) {
  if (keywords == nullptr) return;
  for (const auto& [key, value] : keywords->as_object()) {
    if (value.is_null() || (key == "training" && value.is_bool())) continue;
    throw invalid("is called with the argument \"" + key + "\", which is not supported");
  }
}

std::vector<Reference> read_call(const Json& json) {
  if (!json.is_object()) throw invalid("expected its inbound nodes in the form of Keras 3");
  std::vector<Reference> references;
  read_arguments(json.at("args"), references);
  check_keywords(json.find("kwargs"));
  if (references.empty()) throw invalid("is called without a tensor");
  return references;
}

std::vector<std::vector<Reference>> read_calls(const KerasLayerEntry& entry) {
  try {
    std::vector<std::vector<Reference>> calls;
    for (const Json& call : entry.entry->at("inbound_nodes").as_array()) calls.push_back(read_call(call));
    return calls;
  } catch (const Error& error) {
    throw invalid(entry.text() + ": " + error.what());
  }
}

// `input_layers` and `output_layers`: one reference, a list or a map of them; Keras takes maps by their sorted keys.
void read_references(const Json& json, std::vector<Reference>& references) {
  if (json.is_object()) {
    std::map<std::string, const Json*> sorted;
    for (const auto& [key, value] : json.as_object()) sorted[key] = &value;
    for (const auto& [key, value] : sorted) read_references(*value, references);
  } else if (json.size() == 3 && json[0].is_string()) {
    references.push_back(read_reference(json));
  } else {
    for (const Json& element : json.as_array()) read_references(element, references);
  }
}

class FunctionalReader {
 public:
  explicit FunctionalReader(const Json& config) : builder_(model_name(config)) {
    for (const Json& json : config.at("layers").as_array()) add_layer(read_keras_entry(json));
    add_inputs(config.at("input_layers"));
    while (add_calls()) {
    }
    for (const Pending& layer : layers_) check_called(layer);
  }

  KerasGraph finish(const Json& output_layers) {
    std::vector<Reference> references;
    read_references(output_layers, references);
    std::vector<int> outputs;
    for (const Reference& reference : references) outputs.push_back(existing(reference));
    Graph graph = builder_.finish(outputs);
    std::vector<std::string> names;
    for (const Pending& layer : layers_) names.push_back(layer.entry.name);
    std::vector<int> order = layer_indices(graph, names);
    return {std::move(graph), std::move(order)};
  }

 private:
  struct Pending {
    KerasLayerEntry entry;
    std::vector<std::vector<Reference>> calls;
  };
  GraphBuilder builder_;
  std::vector<Pending> layers_;
  std::map<std::string, std::vector<int>> nodes_;  // Calls made so far.

  void add_layer(const KerasLayerEntry& entry) {
    if (entry.name.empty()) throw invalid("a layer of class " + entry.class_name + " has no name");
    if (!nodes_.try_emplace(entry.name).second) throw invalid(entry.text() + ": another layer has this name");
    layers_.push_back({entry, entry.is_input() ? std::vector<std::vector<Reference>>{} : read_calls(entry)});
  }

  void check_called(const Pending& layer) {
    size_t made = nodes_[layer.entry.name].size();
    if (made < layer.calls.size()) throw invalid(layer.entry.text() + ": has an input that no layer makes");
    if (made == 0) throw invalid(layer.entry.text() + ": is not connected to anything");
  }

  // The graph's inputs are in the order of `input_layers`, not of the layers.
  void add_inputs(const Json& input_layers) {
    std::vector<Reference> references;
    read_references(input_layers, references);
    for (const Reference& reference : references) {
      auto layer = std::find_if(layers_.begin(), layers_.end(), [&](const Pending& one) {
        return one.entry.is_input() && one.entry.name == reference.layer;
      });
      if (layer == layers_.end()) throw invalid("input \"" + reference.layer + "\" is no InputLayer of the model");
      auto [shape, dtype] = read_keras_input(layer->entry);
      nodes_[reference.layer].push_back(builder_.input(shape, reference.layer, dtype));
    }
  }

  std::optional<int> find(const Reference& reference) const {
    auto calls = nodes_.find(reference.layer);
    if (calls == nodes_.end()) throw invalid("there is no layer \"" + reference.layer + "\"");
    if (reference.call < 0 || reference.call >= static_cast<int64_t>(calls->second.size())) return std::nullopt;
    return calls->second[static_cast<size_t>(reference.call)];
  }

  int existing(const Reference& reference) const {
    auto node = find(reference);
    if (!node) throw invalid("output \"" + reference.layer + "\" has no call " + std::to_string(reference.call));
    return *node;
  }

  std::optional<std::vector<int>> find_all(const std::vector<Reference>& references) const {
    std::vector<int> found;
    for (const Reference& reference : references) {
      auto node = find(reference);
      if (!node) return std::nullopt;
      found.push_back(*node);
    }
    return found;
  }

  // Makes the next calls of a layer whose inputs are there; says whether there were any.
  bool add_calls(const Pending& layer) {
    std::vector<int>& made = nodes_[layer.entry.name];
    size_t before = made.size();
    while (made.size() < layer.calls.size()) {
      auto inputs = find_all(layer.calls[made.size()]);
      if (!inputs) break;
      made.push_back(made.empty() ? builder_.call(read_keras_layer(layer.entry), *inputs, layer.entry.name,
                                                  layer.entry.trainable())
                                  : builder_.call_again(layer.entry.name, *inputs));
    }
    return made.size() > before;
  }

  bool add_calls() {
    bool any = false;
    for (const Pending& layer : layers_) any = add_calls(layer) || any;
    return any;
  }
};

}  // namespace

KerasGraph read_keras_graph(const Json& model) {
  const std::string& class_name = model.at("class_name").as_string();
  const Json& config = model.at("config");
  check_trainable(config);
  if (class_name == "Sequential") return read_sequential(model);
  if (class_name == "Functional" || class_name == "Model") {
    return FunctionalReader(config).finish(config.at("output_layers"));
  }
  throw invalid("expected a Sequential or Functional model, got one of class " + class_name);
}

}  // namespace sluice
