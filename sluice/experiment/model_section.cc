#include "sluice/experiment/model_section.h"

#include <algorithm>
#include <cctype>

#include "sluice/experiment/keys.h"
#include "sluice/experiment/model_template.h"
#include "sluice/nn/layers/input.h"

namespace sluice {
namespace {

/// The parameters of `Input`.
struct InputEntry {
  std::vector<int64_t> shape;
  std::string dtype = "float32";
  std::vector<int64_t> open;
  std::string name;

  static constexpr auto fields() {
    return std::tuple{
        field("shape", &InputEntry::shape, at_least(1), "shape of a row"),
        field("dtype", &InputEntry::dtype, "what the model expects to be fed"),
        field("open", &InputEntry::open, at_least(1), "dimensions of any size"),
        field("name", &InputEntry::name, "name of the input"),
    };
  }
};

/// What every layer takes among its parameters.
struct CommonParameters {
  std::string name;
  bool trainable = true;

  static constexpr auto fields() {
    return std::tuple{field("name", &CommonParameters::name, "name of the layer"),
                      field("trainable", &CommonParameters::trainable, "whether training changes its weights")};
  }
};

/// What Keras can be told to feed a model, as far as numbers go.
const std::vector<std::string>& known_dtypes() {
  static const std::vector<std::string> names{"float32", "float64", "float16", "bfloat16", "uint8", "uint16", "uint32",
                                              "uint64",  "int8",    "int16",   "int32",    "int64", "bool"};
  return names;
}

/// Layers as entries name them; an input is `Input` here, as in Keras' functional models.
std::vector<std::string> layer_names() {
  std::vector<std::string> names{"Input"};
  for (const LayerType& type : layer_types()) {
    if (type.class_name != "InputLayer") names.push_back(type.class_name);
  }
  return names;
}

void check_name(const std::string& name, const std::string& path) {
  if (name.empty() || name.find('/') != std::string::npos) {
    throw PathError(path, "name: expected text without \"/\", got \"" + name + "\"");
  }
}

/// Throws PathError at a name of a layer that Keras on TensorFlow could load, but not call.
void check_layer_name(const std::string& name, const std::string& path) {
  const auto fits = [](unsigned char letter) {
    return letter < 0x80 && (std::isalnum(letter) != 0 ||
                             std::string_view("_.>-").find(static_cast<char>(letter)) != std::string_view::npos);
  };
  check_name(name, path);
  if (!std::ranges::all_of(name, fits))
    throw PathError(path,
                    "name: expected letters, digits, _ . > - as Keras calls no other layers, got \"" + name + "\"");
}

/// Throws PathError at a whole number beyond those that sizes are counted with.
void check_sizes(const Json& json, const std::string& path) {
  constexpr int64_t largest = 0x7fffffff;
  if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) check_sizes(json[i], join_path(path, i));
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.as_object()) check_sizes(value, join_path(path, key));
  } else if (json.is_integer() && (json.as_integer() > largest || json.as_integer() < -largest)) {
    throw PathError(path,
                    path.substr(path.rfind('/') + 1) + ": expected a whole number below 2^31, got " + shown(json));
  }
}

/// Throws Error(invalid_argument) when there are more elements than any machine holds; sums of such counts are safe.
void check_count(const Shape& shape, const std::string& what) {
  constexpr int64_t most = int64_t{1} << 48;
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size > 0 && count > most / size) throw invalid(what + " of " + to_string(shape) + " is too large");
    count *= size;
  }
}

std::vector<std::string> other_keys(const Json& json, const std::string& key) {
  std::vector<std::string> others;
  for (const auto& entry : json.as_object()) {
    if (entry.first != key) others.push_back(entry.first);
  }
  return others;
}

/// Returns the entry's key that names its layer.
std::string layer_key(const Json& json, const std::string& path) {
  std::vector<std::string> keys;
  for (const auto& entry : json.as_object()) {
    if (entry.first != "name" && entry.first != "inputs") keys.push_back(entry.first);
  }
  if (keys.empty()) throw PathError(path, "expected a layer, got " + shown(json));
  std::vector<std::string> known = layer_names();
  for (const std::string& key : keys) {
    if (key == "use" && keys.size() == 1) return key;
    if (key == "use") throw PathError(path, "expected one layer in an entry, got " + join(keys));
    if (key == "Repeat" || key == "Choose")
      throw PathError(join_path(path, key), key + " stands alone in an entry, without " + join(other_keys(json, key)));
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (keys.size() == 1) throw PathError(join_path(path, key), unknown_name("layer", key, known));
    std::vector<std::string> beside{"name", "inputs", "outputs", "use"};
    if (key != keys[0] && json.find(keys[0])->is_null() && nearest_name(key, beside).empty())
      throw PathError(join_path(path, key),
                      "\"" + key + "\" stands beside " + keys[0] + "; indent it further, below it");
    throw PathError(join_path(path, key), unknown_name("key", key, beside));
  }
  if (keys.size() > 1) throw PathError(join_path(path, keys[1]), "expected one layer in an entry, got " + join(keys));
  return keys[0];
}

void read_input(const Json& parameters, const std::string& path, ModelEntry& entry) {
  auto input = read_fields<InputEntry>(parameters, path);
  if (!parameters.contains("shape")) throw PathError(path, "Input: missing \"shape\"");
  if (std::ranges::find(known_dtypes(), input.dtype) == known_dtypes().end()) {
    throw PathError(path + "/dtype", unknown_name("dtype", input.dtype, known_dtypes()));
  }
  entry.shape = input.shape;
  entry.dtype = input.dtype;
  entry.open = input.open;
  if (!input.name.empty()) entry.name = input.name;
}

/// Keras' `name` and `trainable` among the parameters of a layer are those of the entry.
Json take_common(Json parameters, const std::string& path, ModelEntry& entry) {
  if (!parameters.is_object()) return parameters;
  if (parameters.contains("name")) {
    entry.name = read_part<std::string>(parameters, path, "name", "");
    check_layer_name(entry.name, path + "/name");
  }
  entry.trainable = read_part<bool>(parameters, path, "trainable", true);
  std::erase_if(parameters.as_object(),
                [](const auto& part) { return part.first == "name" || part.first == "trainable"; });
  return parameters;
}

void read_layer(const std::string& class_name, const Json& parameters, const std::string& path, ModelEntry& entry) {
  if (class_name == "Input") return read_input(parameters, path, entry);
  entry.layer = at_path(path, [&] { return make_layer(class_name, take_common(parameters, path, entry), path); });
}

ModelEntry read_entry(const Json& json, const std::string& path) {
  ModelEntry entry{.path = path};
  if (json.is_string()) {
    std::string class_name = layer_key(Json::Object{{json.as_string(), Json()}}, path);
    read_layer(class_name, Json(), path, entry);
    return entry;
  }
  if (!json.is_object()) throw PathError(path, "expected a layer, got " + shown(json));
  std::string class_name = layer_key(json, path);
  if (class_name == "use") {
    entry.use = read_part<std::string>(json, path, "use", "");
    check_name(entry.use, path + "/use");
  } else {
    read_layer(class_name, json.at(class_name), join_path(path, class_name), entry);
  }
  if (json.contains("name")) {
    entry.name = read_part<std::string>(json, path, "name", "");
    (entry.layer == nullptr ? check_name : check_layer_name)(entry.name, path + "/name");
  }
  if (json.contains("inputs")) entry.inputs = read_part<std::vector<std::string>>(json, path, "inputs", {});
  if (entry.inputs && entry.is_input()) throw PathError(path + "/inputs", "an Input has no inputs");
  if (entry.inputs && entry.inputs->empty()) throw PathError(path + "/inputs", "inputs: expected at least one name");
  return entry;
}

void read_outputs(const Json& json, const std::string& path, ModelSection& section) {
  if (!section.outputs_path.empty()) throw PathError(path, "outputs are given twice");
  section.outputs = at_path(path, [&] { return FieldType<std::vector<std::string>>::read(json, {}); }, "outputs: ");
  section.outputs_path = path;
  if (section.outputs.empty()) throw PathError(path, "outputs: expected at least one name");
}

bool is_outputs(const Json& json) { return json.is_object() && json.size() == 1 && json.contains("outputs"); }

/// Calls the entries of a section one by one.
class Connector {
 public:
  Connector(const ModelSection& section, const NamedShapes& inputs, const std::string& name)
      : section_(section), inputs_(inputs), builder_(name) {}

  Graph connect() {
    if (needs_input()) last_ = implicit_input();
    for (const ModelEntry& entry : section_.entries) add(entry);
    std::vector<int> outputs{last_};
    if (!section_.outputs.empty()) outputs = find_all(section_.outputs, section_.outputs_path);
    Graph graph = at_path("/model", [&] { return builder_.finish(outputs); });
    check_reached(graph);
    check_output_names(graph);
    return graph;
  }

 private:
  const ModelSection& section_;
  const NamedShapes& inputs_;
  GraphBuilder builder_;
  int last_ = -1;
  std::vector<int> input_nodes_;
  std::vector<std::string> names_;
  std::vector<int> nodes_;
  std::vector<std::string> layers_;  ///< What the entries of these names call.
  std::vector<int> called_;          ///< The node of each entry.

  bool needs_input() const {
    const ModelEntry& first = section_.entries.front();
    return !first.is_input() && !first.inputs;
  }

  /// Whether the first layer that cares is one for sequences: [steps, features] are no image then.
  bool reads_sequences() const {
    for (const ModelEntry& entry : section_.entries) {
      const std::string_view name = entry.layer == nullptr ? "" : entry.layer->class_name();
      if (name.ends_with("1D") || name.ends_with("2D")) return name.ends_with("1D");
    }
    return false;
  }

  int implicit_input() {
    if (inputs_.size() != 1) {
      std::vector<std::string> names;
      for (const auto& [name, shape] : inputs_) names.push_back(name);
      throw PathError("/model", "expected an Input for each of the " + std::to_string(names.size()) +
                                    " inputs of the data: " + join(names) +
                                    "; where the model has one input, its array is called x");
    }
    Shape shape = inputs_[0].second;
    if (shape.empty() || (shape.size() == 2 && !reads_sequences())) shape.push_back(1);
    return at_path("/model", [&] { return builder_.input(shape); });
  }

  std::vector<int> find_all(const std::vector<std::string>& names, const std::string& path) const {
    std::vector<int> nodes;
    for (const std::string& name : names) {
      auto found = std::find(names_.begin(), names_.end(), name);
      if (found == names_.end()) throw PathError(path, unknown_name("name", name, names_));
      nodes.push_back(nodes_[static_cast<size_t>(found - names_.begin())]);
    }
    return nodes;
  }

  std::vector<int> inputs_of(const ModelEntry& entry) const {
    if (entry.inputs) return find_all(*entry.inputs, entry.path + "/inputs");
    return {last_};
  }

  /// Outputs are told apart by the names of their layers.
  void check_output_names(const Graph& graph) const {
    std::vector<std::string> names;
    for (int node : graph.outputs()) {
      const std::string& name = graph.node_name(node);
      if (std::ranges::find(names, name) != names.end()) {
        throw PathError(section_.outputs_path,
                        "two outputs are of the layer \"" + name +
                            "\"; let each be a layer of its own, such as Activation: {activation: linear}");
      }
      names.push_back(name);
    }
  }

  /// Throws PathError at the first entry that no output depends on.
  void check_reached(const Graph& graph) const {
    std::vector<bool> reached(graph.nodes().size());
    for (int node : graph.outputs()) reached[static_cast<size_t>(node)] = true;
    for (size_t node = reached.size(); node-- > 0;) {
      if (!reached[node]) continue;
      for (int input : graph.nodes()[node].inputs) reached[static_cast<size_t>(input)] = true;
    }
    for (size_t i = 0; i < called_.size(); ++i) {
      if (reached[static_cast<size_t>(called_[i])]) continue;
      std::string name = "\"" + graph.node_name(called_[i]) + "\"";
      bool is_input = section_.entries[i].is_input();
      throw PathError(section_.entries[i].path, is_input ? "input " + name + " is not used by any output"
                                                         : "layer " + name + " leads to no output");
    }
  }

  /// The name of the layer that an entry calls again.
  const std::string& used_layer(const ModelEntry& entry) const {
    const std::string path = entry.path + "/use";
    const int node = find_all({entry.use}, path)[0];
    if (std::ranges::find(input_nodes_, node) != input_nodes_.end())
      throw PathError(path, "use: expected the name of a layer, got the input \"" + entry.use + "\"");
    return layers_[static_cast<size_t>(std::ranges::find(names_, entry.use) - names_.begin())];
  }

  int call(const ModelEntry& entry) {
    if (entry.is_input()) {
      check_count(entry.shape, "[Input] a row");
      input_nodes_.push_back(
          builder_.input(Input{.shape = entry.shape, .dtype = entry.dtype, .open = entry.open}, entry.name));
      return input_nodes_.back();
    }
    std::vector<int> inputs = inputs_of(entry);
    if (!entry.use.empty()) return builder_.call_again(used_layer(entry), inputs);
    int node = builder_.call(entry.layer, inputs, entry.name, entry.trainable);
    check_counts(*entry.layer, inputs, node);
    return node;
  }

  void check_counts(const Layer& layer, const std::vector<int>& inputs, int node) const {
    std::string name = "[" + std::string(layer.class_name()) + "] ";
    std::vector<Shape> shapes;
    for (int input : inputs) shapes.push_back(builder_.shape(input));
    check_count(builder_.shape(node), name + "an output");
    for (const WeightSpec& weight : layer.weights(shapes)) check_count(weight.shape, name + "a " + weight.name);
  }

  void add(const ModelEntry& entry) {
    if (!entry.name.empty() && std::find(names_.begin(), names_.end(), entry.name) != names_.end()) {
      throw PathError(entry.path + "/name", "the name \"" + entry.name + "\" appears twice");
    }
    last_ = at_path(entry.path, [&] { return call(entry); });
    called_.push_back(last_);
    if (entry.name.empty()) return;
    names_.push_back(entry.name);
    nodes_.push_back(last_);
    layers_.push_back(entry.use.empty() ? entry.name : used_layer(entry));
  }
};

std::string layer_definition(const std::string& name) { return "layer." + name; }

Json layer_schema(const std::string& name) {
  if (name == "Input") return fields_schema(describe_fields<InputEntry>());
  std::vector<FieldInfo> fields = find_layer_type(name)->fields;
  for (FieldInfo& common : describe_fields<CommonParameters>()) fields.push_back(std::move(common));
  return fields_schema(fields);
}

/// An entry that is a map: a layer with what stands beside it, `outputs`, `Repeat` or `Choose`.
Json entry_map_schema() {
  const Json names = schema::list(schema::text());
  Json parts = Json::object();
  for (const std::string& name : layer_names()) parts[name] = schema::defined(layer_definition(name));
  parts["name"] = schema::text();
  parts["inputs"] = names;
  parts["use"] = schema::text();
  parts["outputs"] = names;
  parts["Repeat"] = keys_schema(repeat_keys(), {"times", "layers"});
  parts["Choose"] = schema::map_of(schema::anything());
  return Json::Object{
      {"type", "object"}, {"properties", std::move(parts)}, {"additionalProperties", false}, {"minProperties", 1}};
}

}  // namespace

Json model_definitions() {
  Json definitions = Json::object();
  definitions["model"] = schema::either({schema::list(schema::defined("entry")), schema::text()});
  definitions["entry"] = schema::either({schema::names(layer_names()), entry_map_schema()});
  for (const std::string& name : layer_names()) definitions[layer_definition(name)] = layer_schema(name);
  return definitions;
}

ModelSection read_model_section(const Json& model, const Json& values) {
  ModelSection section;
  const std::vector<PlacedEntry> entries = expand_model(model, "/model", values);
  for (const auto& [entry, path] : entries) {
    check_sizes(entry, path);
    if (is_outputs(entry)) {
      read_outputs(entry.at("outputs"), path + "/outputs", section);
    } else {
      section.entries.push_back(read_entry(entry, path));
    }
  }
  if (section.entries.empty()) throw PathError("/model", "model: expected at least one layer");
  return section;
}

Graph build_graph(const ModelSection& section, const NamedShapes& inputs, const std::string& name) {
  return Connector(section, inputs, name).connect();
}

}  // namespace sluice
