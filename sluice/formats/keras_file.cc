#include "sluice/formats/keras_file.h"

#include <algorithm>
#include <map>

#include "sluice/formats/hdf5.h"
#include "sluice/formats/keras_compile.h"
#include "sluice/formats/keras_graph.h"
#include "sluice/formats/keras_optimizer.h"
#include "sluice/formats/keras_order.h"
#include "sluice/formats/keras_weights.h"
#include "sluice/formats/zip.h"

namespace sluice {
namespace {

// Persistent: the names of the zip's members.
constexpr const char* metadata_member = "metadata.json";
constexpr const char* config_member = "config.json";
constexpr const char* weights_member = "model.weights.h5";
constexpr const char* facts_member = "sluice.json";

// The version of Keras whose format is written, and a constant date: the same model gives the same bytes.
constexpr const char* metadata = R"({"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"})";

// Whether files hold how the model was trained: they are for Keras, which must know its schedule.
bool writes_compile(const Model& model) {
  if (!model.compile || !model.compile->optimizer) return false;
  const SchedulePtr& schedule = model.compile->optimizer->learning_rate().schedule;
  return schedule == nullptr || schedule->known_to_keras();
}

// The facts, with what is left out of the file.
Json written_facts(const Model& model) {
  if (!model.compile || !model.compile->optimizer || writes_compile(model)) return model.facts;
  Json facts = model.facts.is_null() ? Json::object() : model.facts;
  const std::string schedule(model.compile->optimizer->learning_rate().schedule->class_name());
  facts["compile_left_out"] = "how the model was trained is not in the file: Keras has no schedule " + schedule;
  return facts;
}

std::string write_config(const Model& model) {
  Json config = write_keras_graph(model.graph);
  if (writes_compile(model)) config["compile_config"] = write_keras_compile(*model.compile);
  return config.dump();
}

std::string write_weights(const Model& model) {
  std::vector<int> order = keras_layer_order(model.graph);
  Hdf5Writer file;
  file.group("/vars");
  file.attribute("/vars", "name", model.graph.name());
  write_keras_weights(file, model.graph, model.weights, order);
  if (writes_compile(model)) {
    write_keras_optimizer(file, model.graph, *model.compile->optimizer, model.optimizer_state, order);
  }
  return file.finish();
}

// Calls `read`; what Sluice cannot express is dropped, for the model still predicts, and the fact `dropped` tells why.
template <class Read>
void read_or_drop(Model& model, const char* dropped, const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;
    if (model.facts.is_null() || model.facts.is_object()) model.facts[dropped] = error.what();
  }
}

// Where a functional model returns a map, losses and metrics go by its keys, and our outputs by their layers. The keys
// in order are the graph's outputs.
Json with_layer_names(const Json& compile, const Json& model, const Graph& graph) {
  const Json* config = model.find("config");
  const Json* outputs = config == nullptr ? nullptr : config->find("output_layers");
  if (outputs == nullptr || !outputs->is_object() || outputs->size() != graph.outputs().size()) return compile;
  std::map<std::string, std::string> layers;
  for (const auto& [key, reference] : outputs->as_object()) layers[key];
  auto output = graph.outputs().begin();
  for (auto& [key, layer] : layers) layer = graph.node_name(*output++);
  Json renamed = compile;
  for (const char* part : {"loss", "loss_weights", "metrics", "weighted_metrics"}) {
    if (!compile.contains(part) || !compile.at(part).is_object()) continue;
    Json::Object by_layer = compile.at(part).as_object();
    for (auto& [key, value] : by_layer) {
      if (const auto found = layers.find(key); found != layers.end()) key = found->second;
    }
    renamed[part] = Json(std::move(by_layer));
  }
  return renamed;
}

// Losses and metrics are read apart from the optimizer: they score a model whatever trained it.
void read_compile(const Json& config, Model& model) {
  const Json* given = config.find("compile_config");
  if (given == nullptr || given->empty()) return;
  const Json compile = with_layer_names(*given, config, model.graph);
  read_or_drop(model, "compile_dropped", [&] { model.compile = read_keras_scores(compile, model.graph); });
  if (!model.compile) return;
  read_or_drop(model, "optimizer_dropped", [&] { model.compile->optimizer = read_keras_optimizer_config(compile); });
}

// Of a packed member, so that a small file cannot fill the memory.
constexpr uint64_t largest_json = 16 << 20;

// Weights and what an optimizer keeps of them in numbers of 8 bytes, and what HDF5 needs around them.
uint64_t largest_weights(const Graph& graph) {
  constexpr int64_t copies = 8, around = 64 << 20, most = int64_t{1} << 50;
  return static_cast<uint64_t>(std::min(graph.parameter_count(), most) * 8 * copies + around);
}

void check_members(const ZipReader& zip) {
  if (!zip.contains(config_member)) throw invalid("is no .keras file: it has no config.json");
  if (zip.contains(weights_member)) return;
  bool sharded = zip.contains("model.weights.npz") || zip.contains("model.weights.json");
  throw invalid(sharded ? "its weights are in a form that is not supported; save it with Keras' defaults"
                        : "has no model.weights.h5");
}

Model read_members(const ZipReader& zip, const std::string& name) {
  check_members(zip);
  Json config = Json::parse(zip.read(config_member, largest_json));
  KerasGraph read = read_keras_graph(config);
  Model model;
  if (zip.contains(facts_member)) model.facts = Json::parse(zip.read(facts_member, largest_json));
  Hdf5Reader weights(zip.read(weights_member, largest_weights(read.graph)), name);
  model.weights = read_keras_weights(weights, read);
  model.graph = std::move(read.graph);
  read_compile(config, model);
  if (model.compile && model.compile->optimizer) {
    model.optimizer_state = read_keras_optimizer(weights, model.graph, *model.compile->optimizer, read.order);
  }
  return model;
}

}  // namespace

std::string write_keras(const Model& model) {
  ZipWriter zip;
  zip.add(metadata_member, metadata);
  zip.add(config_member, write_config(model));
  zip.add(weights_member, write_weights(model));
  const Json facts = written_facts(model);
  if (!facts.is_null()) zip.add(facts_member, facts.dump());
  return zip.finish();
}

Model read_keras(std::string_view bytes, const std::string& name) {
  if (!bytes.empty() && !bytes.starts_with("PK"))
    throw invalid(name +
                  ": expected a .keras file, which is a zip archive; of other formats, let Keras load the model and "
                  "save it as .keras");
  ZipReader zip(std::string(bytes), name);
  try {
    return read_members(zip, name);
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with(name)) throw;
    throw Error(error.code(), name + ": " + error.what());
  }
}

Model load_model(const Path& path) { return read_keras(read_file(path), path.string()); }

void save_model(const Model& model, const Path& path) { write_file(path, write_keras(model)); }

}  // namespace sluice
