#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>

#include "sluice/base/snake_case.h"
#include "sluice/formats/keras_graph.h"
#include "sluice/formats/keras_layer.h"
#include "sluice/formats/keras_mask_internal.h"
#include "sluice/formats/keras_reference_internal.h"
#include "sluice/nn/step_masks.h"

namespace sluice {
namespace {

constexpr int deepest_nesting = 32;
constexpr int most_calls = 100'000;

std::string model_name(const Json& config) {
  const Json* name = config.find("name");
  return name == nullptr || name->is_null() ? "model" : name->as_string();
}

bool is_trainable(const Json& config) {
  const Json* trainable = config.find("trainable");
  return trainable == nullptr || !trainable->is_bool() || trainable->as_bool();
}

// Sizes for which a network is read whose inputs leave them open: the first that all its layers can take. Data of
// another size has the network rebuilt (nn/open_inputs.h).
constexpr std::array<int64_t, 5> open_sizes = {32, 64, 128, 256, 512};

// A Sequential without InputLayer knows its input shape only from where it was built.
Input built_input(const Json& model, const Json& first_layer, int64_t open_size) {
  const Json& config = model.at("config");
  std::vector<const Json*> places = {config.find("build_input_shape"), first_layer.at("config").find("batch_shape"),
                                     first_layer.at("config").find("batch_input_shape")};
  for (const Json* owner : {&model, &first_layer}) {
    if (const Json* build = owner->find("build_config")) places.push_back(build->find("input_shape"));
  }
  for (const Json* place : places) {
    if (place != nullptr && place->is_array()) return read_batch_shape(*place, open_size);
  }
  throw invalid("the shape of the input is not known: the model was saved before it was built");
}

// What all models of a file have in common: nested ones become layers of one graph.
struct Flattening {
  struct Listed {
    std::string group;  // In the file of the weights.
    int node = -1;      // Of the layer's first call.
  };
  GraphBuilder builder;
  std::vector<Listed> listed;            // The layers in Keras' order.
  std::map<std::string, int> name_uses;  // Of layers in the whole file, and those given here.
  int calls = 0;
  std::vector<KerasMask> masks;  // Those that operations made; mask -1 - i of a call is number i.

  // A layer was called with this mask of its input `node`.
  struct MaskedCall {
    std::string layer;
    int node;
    KerasMask mask;
  };
  std::vector<MaskedCall> masked_calls;
  int64_t open_size;

  Flattening(const Json& model, int64_t size) : builder(model_name(model.at("config"))), open_size(size) {
    count_names(model, 0);
  }

  void count_names(const Json& model, int depth) {
    if (depth > deepest_nesting) throw invalid("models are nested too deeply");
    for (const Json& json : model.at("config").at("layers").as_array()) {
      const KerasLayerEntry entry = read_keras_entry(json);
      if (entry.is_model()) {
        count_names(json, depth + 1);
      } else {
        ++name_uses[entry.name];
      }
    }
  }

  // A nested layer whose name another one has takes the names of the models around it before its own.
  std::string choose_name(const std::string& prefix, const std::string& name) {
    if (prefix.empty() || name.empty() || name_uses[name] == 1) return name;
    std::string chosen = prefix + name;
    for (int number = 1; name_uses[chosen] > 0; ++number) chosen = prefix + name + "_" + std::to_string(number);
    ++name_uses[chosen];
    return chosen;
  }

  static bool is_mask(int value) { return value < 0; }
  const KerasMask& mask(int value) const { return masks[static_cast<size_t>(-1 - value)]; }
  int add_mask(KerasMask mask) {
    masks.push_back(std::move(mask));
    return -static_cast<int>(masks.size());
  }

  void count_call() {
    if (++calls > most_calls) throw invalid("layers are called more than " + std::to_string(most_calls) + " times");
  }
};

// Where a model stands: the whole file, or nested in another.
struct Place {
  std::string prefix;  // Of names.
  std::string group;   // Of its weights, such as "/layers/functional"; "" for the whole.
  bool trainable = true;
};

// A layer or model that calls add to the graph. What they take and return are nodes, or masks (Flattening::is_mask).
class Callable {
 public:
  virtual ~Callable() = default;
  virtual std::vector<int> call(const std::vector<int>& inputs) = 0;
};

using CallablePtr = std::unique_ptr<Callable>;

class CalledLayer : public Callable {
 public:
  CalledLayer(Flattening& all, const Place& place, const KerasLayerEntry& entry, const std::string& group)
      : all_(all),
        entry_(entry),
        name_(all.choose_name(place.prefix, entry.name)),
        trainable_(place.trainable && entry.trainable()),
        index_(all.listed.size()) {
    all.listed.push_back({group});
  }

  std::vector<int> call(const std::vector<int>& inputs) override {
    all_.count_call();
    if (std::ranges::any_of(inputs, Flattening::is_mask)) throw invalid(entry_.text() + ": takes a mask as its input");
    int& first = all_.listed[index_].node;
    if (first >= 0) return {all_.builder.call_again(name_, inputs)};
    first = all_.builder.call(read_keras_layer(entry_), inputs, name_, trainable_);
    return {first};
  }

 private:
  Flattening& all_;
  KerasLayerEntry entry_;
  std::string name_;
  bool trainable_;
  size_t index_;
};

// An operation that makes a mask.
class CalledMask : public Callable {
 public:
  CalledMask(Flattening& all, const KerasLayerEntry& entry) : all_(all), entry_(entry) {}

  std::vector<int> call(const std::vector<int>& inputs) override {
    std::vector<int> nodes;
    std::vector<KerasMask> masks;
    for (int input : inputs) {
      if (Flattening::is_mask(input)) {
        masks.push_back(all_.mask(input));
      } else {
        nodes.push_back(input);
      }
    }
    try {
      return {all_.add_mask(mask_operation(entry_.class_name, nodes, masks))};
    } catch (const Error& error) {
      throw invalid(entry_.text() + ": " + error.what());
    }
  }

 private:
  Flattening& all_;
  KerasLayerEntry entry_;
};

// Weights lie by class: /layers/dense, /layers/dense_1, …
class Groups {
 public:
  explicit Groups(const Place& place) : group_(place.group) {}
  std::string next(const KerasLayerEntry& entry) {
    const std::string name = snake_case(entry.class_name);
    const int count = used_[name]++;
    return group_ + "/layers/" + name + (count == 0 ? "" : "_" + std::to_string(count));
  }

 private:
  std::string group_;
  std::map<std::string, int> used_;
};

CallablePtr make_model(Flattening& all, const Place& place, const KerasLayerEntry& entry);

CallablePtr make_callable(Flattening& all, const Place& place, const KerasLayerEntry& entry, const std::string& group) {
  if (entry.is_mask()) return std::make_unique<CalledMask>(all, entry);
  if (!entry.is_model()) return std::make_unique<CalledLayer>(all, place, entry, group);
  const std::string name = entry.name.empty() ? snake_case(entry.class_name) : entry.name;
  return make_model(all, {place.prefix + name + "_", group, place.trainable && is_trainable(*entry.config)}, entry);
}

class SequentialModel : public Callable {
 public:
  SequentialModel(Flattening& all, const Place& place, const Json& config) {
    Groups groups(place);
    for (const Json& json : config.at("layers").as_array()) {
      const KerasLayerEntry entry = read_keras_entry(json);
      const std::string group = groups.next(entry);
      if (!entry.is_input()) layers_.push_back(make_callable(all, place, entry, group));
    }
  }

  std::vector<int> call(const std::vector<int>& inputs) override {
    std::vector<int> nodes = inputs;
    for (const CallablePtr& layer : layers_) nodes = layer->call(nodes);
    return nodes;
  }

 private:
  std::vector<CallablePtr> layers_;
};

class FunctionalModel : public Callable {
 public:
  FunctionalModel(Flattening& all, const Place& place, const Json& config)
      : all_(all),
        inputs_(read_keras_references(config.at("input_layers"))),
        outputs_(read_keras_references(config.at("output_layers"))) {
    Groups groups(place);
    for (const Json& json : config.at("layers").as_array()) add(all, place, read_keras_entry(json), groups);
    for (const KerasReference& input : inputs_) check_input(input);
    for (KerasReference& output : outputs_) output.call = call_of_output(output);
  }

  // The graph's inputs are in the order of `input_layers`, not of the layers.
  std::vector<int> call(const std::vector<int>& inputs) override {
    if (inputs.size() != inputs_.size()) {
      throw invalid("a nested model takes " + std::to_string(inputs_.size()) + " inputs and is called with " +
                    std::to_string(inputs.size()));
    }
    Made made;
    for (const Layer& layer : layers_) made[layer.entry.name];
    for (size_t i = 0; i < inputs.size(); ++i) made[inputs_[i].layer] = {{inputs[i]}};
    while (call_layers(made)) {
    }
    for (const Layer& layer : layers_) check_called(layer, made);
    std::vector<int> outputs;
    for (const KerasReference& output : outputs_) outputs.push_back(existing(output, made));
    if (std::ranges::any_of(outputs, Flattening::is_mask)) throw invalid("an output of the model is a mask");
    return outputs;
  }

 private:
  struct Layer {
    KerasLayerEntry entry;
    CallablePtr callable;  // Null for an input.
    std::vector<KerasCall> calls;
  };
  using Made = std::map<std::string, std::vector<std::vector<int>>>;  // The outputs of each call so far, by layer.

  Flattening& all_;
  std::vector<KerasReference> inputs_;
  std::vector<KerasReference> outputs_;
  std::vector<Layer> layers_;

  static std::vector<KerasCall> read_calls(const KerasLayerEntry& entry) {
    try {
      std::vector<KerasCall> calls;
      for (const Json& call : entry.entry->at("inbound_nodes").as_array())
        calls.push_back(entry.is_mask() ? read_keras_mask_call(call) : read_keras_call(call));
      return calls;
    } catch (const Error& error) {
      throw invalid(entry.text() + ": " + error.what());
    }
  }

  void add(Flattening& all, const Place& place, const KerasLayerEntry& entry, Groups& groups) {
    if (entry.name.empty()) throw invalid("a layer of class " + entry.class_name + " has no name");
    const bool taken = std::ranges::any_of(layers_, [&](const Layer& one) { return one.entry.name == entry.name; });
    if (taken) throw invalid(entry.text() + ": another layer has this name");
    const std::string group = entry.is_mask() ? "" : groups.next(entry);
    if (entry.is_input()) {
      layers_.push_back({entry, nullptr, {}});
    } else {
      layers_.push_back({entry, make_callable(all, place, entry, group), read_calls(entry)});
    }
  }

  void check_input(const KerasReference& input) const {
    const bool found = std::ranges::any_of(
        layers_, [&](const Layer& one) { return one.entry.is_input() && one.entry.name == input.layer; });
    if (!found) throw invalid("input \"" + input.layer + "\" is no InputLayer of the model");
  }

  // In `output_layers`, and only there, Keras counts the calls of a nested functional model from 1: the call that built
  // it is 0.
  int64_t call_of_output(const KerasReference& output) const {
    const auto is_functional = [&](const Layer& one) {
      return one.entry.name == output.layer && one.entry.is_model() && one.entry.class_name != "Sequential";
    };
    return output.call > 0 && std::ranges::any_of(layers_, is_functional) ? output.call - 1 : output.call;
  }

  static void check_called(const Layer& layer, const Made& made) {
    const size_t count = made.at(layer.entry.name).size();
    if (count < layer.calls.size()) throw invalid(layer.entry.text() + ": has an input that no layer makes");
    if (count == 0) throw invalid(layer.entry.text() + ": is not connected to anything");
  }

  static std::optional<int> find(const KerasReference& reference, const Made& made) {
    const auto calls = made.find(reference.layer);
    if (calls == made.end()) throw invalid("there is no layer \"" + reference.layer + "\"");
    if (reference.call < 0 || reference.call >= static_cast<int64_t>(calls->second.size())) return std::nullopt;
    const std::vector<int>& outputs = calls->second[static_cast<size_t>(reference.call)];
    if (reference.output < 0 || reference.output >= static_cast<int64_t>(outputs.size()))
      throw invalid("\"" + reference.layer + "\" has no output " + std::to_string(reference.output));
    return outputs[static_cast<size_t>(reference.output)];
  }

  static int existing(const KerasReference& reference, const Made& made) {
    const auto node = find(reference, made);
    if (!node) throw invalid("output \"" + reference.layer + "\" has no call " + std::to_string(reference.call));
    return *node;
  }

  static std::optional<std::vector<int>> find_all(const std::vector<KerasReference>& references, const Made& made) {
    std::vector<int> found;
    for (const KerasReference& reference : references) {
      const auto node = find(reference, made);
      if (!node) return std::nullopt;
      found.push_back(*node);
    }
    return found;
  }

  // Whether the masks of a call are there.
  static bool has_masks(const KerasCall& call, const Made& made) {
    return std::ranges::all_of(call.masks, [&](const auto& mask) { return !mask || find(*mask, made); });
  }

  void note_masks(const Layer& layer, const KerasCall& call, const std::vector<int>& inputs, const Made& made) const {
    for (size_t i = 0; i < call.masks.size(); ++i) {
      if (!call.masks[i]) continue;
      const int mask = *find(*call.masks[i], made);
      if (i >= inputs.size() || !Flattening::is_mask(mask))
        throw invalid(layer.entry.text() + ": is called with a mask that Keras did not make");
      all_.masked_calls.push_back({layer.entry.text(), inputs[i], all_.mask(mask)});
    }
  }

  // Makes the next calls of a layer whose inputs are there; says whether there were any.
  bool call_layer(const Layer& layer, Made& made) const {
    auto& outputs = made[layer.entry.name];
    const size_t before = outputs.size();
    while (outputs.size() < layer.calls.size()) {
      const KerasCall& call = layer.calls[outputs.size()];
      const auto inputs = find_all(call.inputs, made);
      if (!inputs || !has_masks(call, made)) break;
      note_masks(layer, call, *inputs, made);
      outputs.push_back(layer.callable->call(*inputs));
    }
    return outputs.size() > before;
  }

  bool call_layers(Made& made) const {
    bool any = false;
    for (const Layer& layer : layers_) any = call_layer(layer, made) || any;
    return any;
  }
};

CallablePtr make_model(Flattening& all, const Place& place, const KerasLayerEntry& entry) {
  if (entry.class_name == "Sequential") return std::make_unique<SequentialModel>(all, place, *entry.config);
  return std::make_unique<FunctionalModel>(all, place, *entry.config);
}

// Adds the inputs of the whole file to the graph.
std::vector<int> add_inputs(Flattening& all, const Json& model) {
  const Json& config = model.at("config");
  const Json::Array& layers = config.at("layers").as_array();
  if (layers.empty()) throw invalid("the model has no layers");
  std::map<std::string, Input> inputs;
  for (const Json& json : layers) {
    const KerasLayerEntry entry = read_keras_entry(json);
    if (entry.is_input()) inputs[entry.name] = read_keras_input(entry, all.open_size);
  }
  if (model.at("class_name") == Json("Sequential")) {
    if (inputs.empty()) return {all.builder.input(built_input(model, layers[0], all.open_size))};
    const KerasLayerEntry first = read_keras_entry(layers[0]);
    if (!first.is_input() || inputs.size() > 1) throw invalid("an input can only come first, and once");
    return {all.builder.input(inputs.at(first.name), first.name)};
  }
  std::vector<int> nodes;
  for (const KerasReference& reference : read_keras_references(config.at("input_layers"))) {
    const auto input = inputs.find(reference.layer);
    if (input == inputs.end()) throw invalid("input \"" + reference.layer + "\" is no InputLayer of the model");
    nodes.push_back(all.builder.input(input->second, reference.layer));
  }
  return nodes;
}

// Masks are found from the graph (nn/step_masks.h): those of the file must be the same.
void check_masks(const Flattening& all, const Graph& graph) {
  if (all.masked_calls.empty()) return;
  const std::vector<std::vector<int>> masks = step_masks(graph);
  for (const auto& [layer, node, mask] : all.masked_calls) {
    if (masks[static_cast<size_t>(node)] != mask.value_or(std::vector<int>()))
      throw invalid(layer + ": is called with another mask than that of its input, which is not supported");
  }
}

// Reads the model with this size where inputs leave theirs open.
KerasGraph read_for_size(const Json& model, int64_t open_size) {
  Flattening all(model, open_size);
  const KerasLayerEntry whole{model.at("class_name").as_string(), "", &model.at("config"), &model};
  const CallablePtr callable = make_model(all, {.trainable = is_trainable(*whole.config)}, whole);
  const std::vector<int> outputs = callable->call(add_inputs(all, model));
  KerasGraph read{all.builder.finish(outputs), {}, {}};
  check_masks(all, read.graph);
  for (const Flattening::Listed& layer : all.listed) {
    if (layer.node < 0) continue;
    read.order.push_back(read.graph.nodes()[static_cast<size_t>(layer.node)].layer);
    read.groups.push_back(layer.group + "/vars");
  }
  return read;
}

bool has_open_input(const Json& model) {
  const Json::Array& layers = model.at("config").at("layers").as_array();
  if (layers.empty()) return false;
  std::vector<Input> inputs;
  for (const Json& json : layers) {
    const KerasLayerEntry entry = read_keras_entry(json);
    if (entry.is_input()) inputs.push_back(read_keras_input(entry, 1));
  }
  if (inputs.empty() && model.at("class_name") == Json("Sequential")) inputs = {built_input(model, layers[0], 1)};
  return std::ranges::any_of(inputs, [](const Input& input) { return !input.open.empty(); });
}

}  // namespace

KerasGraph read_keras_graph(const Json& model) {
  const std::string& class_name = model.at("class_name").as_string();
  if (!is_keras_model(class_name))
    throw invalid("expected a Sequential or Functional model, got one of class " + class_name);
  if (!has_open_input(model)) return read_for_size(model, 1);
  for (int64_t size : open_sizes) {
    try {
      return read_for_size(model, size);
    } catch (const Error&) {
      if (size == open_sizes.back()) throw;
    }
  }
  throw Error(ErrorCode::internal, "no size for open inputs");
}

}  // namespace sluice
