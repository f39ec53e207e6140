/// Computes what Sluice makes of the cases that fuzz_keras.py wrote.
///
///   oracle_run_cases STEPS NAME…
///
/// For each NAME: reads the compiled model NAME.keras and NAME.npz (inputs x0, x1, …; labels label0, label1, …; maybe
/// weight0, weight1, …: what rows count) and writes NAME.sluice.npz: predictions y0, y1, …; `loss` and the gradients
/// g/LAYER/INDEX of the mean loss over all rows in training; metrics m0.0, …, weighted ones v0.0, …; the weights
/// w/LAYER/INDEX after STEPS steps over all rows. Writes NAME.sluice.txt instead when the model or its data is refused.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <numeric>

#include "sluice/base/error.h"
#include "sluice/base/files.h"
#include "sluice/formats/keras_file.h"
#include "sluice/formats/npz.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/plan.h"
#include "sluice/nn/scores.h"
#include "sluice/nn/trainer.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

NamedTensors numbered(const NamedTensors& arrays, const std::string& prefix, const std::vector<std::string>& names) {
  NamedTensors found;
  for (size_t i = 0; i < names.size(); ++i) {
    for (const auto& [name, tensor] : arrays) {
      if (name == prefix + std::to_string(i)) found.emplace_back(names[i], tensor);
    }
  }
  return found;
}

std::vector<std::string> node_names(const Graph& graph, const std::vector<int>& nodes) {
  std::vector<std::string> names;
  for (int node : nodes) names.push_back(graph.node_name(node));
  return names;
}

/// Adds the variables of a flat array as PREFIX/LAYER/INDEX.
void add_variables(const Graph& graph, const Tensor& flat, const std::string& prefix, bool trainable_only,
                   NamedTensors& arrays) {
  std::map<int, int> of_layer;
  for (size_t i = 0; i < graph.variables().size(); ++i) {
    const Variable& variable = graph.variables()[i];
    const int index = of_layer[variable.layer]++;
    if (trainable_only && !variable.spec.trainable) continue;
    arrays.emplace_back(prefix + "/" + graph.layers()[variable.layer].name + "/" + std::to_string(index),
                        variable_values(graph, flat, i));
  }
}

double add_gradients(const Model& model, const Examples& examples, NamedTensors& arrays) {
  KernelScope scope;
  Plan plan(model.graph, &*model.compile, PlanMode::training, examples.rows());
  std::vector<int64_t> rows(static_cast<size_t>(examples.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  Tensor weights(DType::float32, {model.graph.weight_size()});  // A copy: statistics change in training.
  std::copy(model.weights.values<float>().begin(), model.weights.values<float>().end(),
            weights.values<float>().begin());
  Tensor gradients(DType::float32, {model.graph.weight_size()});
  float* values = weights.values<float>().data();
  plan.run({&examples, rows.data(), examples.rows()}, values,
           {.gradients = gradients.values<float>().data(), .statistics = values});
  add_variables(model.graph, gradients, "g", true, arrays);
  return mean_scores(model.graph, *model.compile, plan.sums(), examples.rows())[0].second;
}

/// Adds the metrics after an evaluation as mOUTPUT.PLACE, those that are weighted as vOUTPUT.PLACE.
void add_metrics(const Model& model, const Examples& examples, NamedTensors& arrays) {
  const Scores scores = evaluate(model.graph, model.weights, *model.compile, examples);
  std::map<std::string, int> places;
  size_t next = 1;  // Behind the loss.
  for (const ScoreEntry& entry : score_entries(model.graph, *model.compile)) {
    std::vector<float> values;
    for (size_t i = 0; i < entry.names.size(); ++i) values.push_back(static_cast<float>(scores[next++].second));
    if (entry.metric == nullptr) continue;
    const std::string prefix = (entry.kind == ScoreKind::metric ? "m" : "v") + std::to_string(entry.output);
    arrays.emplace_back(prefix + "." + std::to_string(places[prefix]++),
                        Tensor::of<float>({static_cast<int64_t>(values.size())}, values));
  }
}

Tensor trained(const Model& model, const Examples& examples, int steps) {
  Trainer trainer(model.graph, *model.compile, examples, {.batch_size = examples.rows(), .shuffle = false});
  TrainingState state = trainer.initial_state();
  state.weights = model.weights;
  for (int step = 0; step < steps; ++step) trainer.train_epoch(state);
  return state.weights;
}

NamedTensors compute(const std::string& name, int steps) {
  Model model = load_model(name + ".keras");
  if (!model.compile) throw invalid("compile was dropped: " + model.facts.dump());
  const NamedTensors arrays = read_npz(Path(name + ".npz"));
  Examples examples =
      bind_examples(model.graph, *model.compile, numbered(arrays, "x", node_names(model.graph, model.graph.inputs())),
                    numbered(arrays, "label", node_names(model.graph, model.graph.outputs())));
  for (const auto& [name, weights] : numbered(arrays, "weight", node_names(model.graph, model.graph.outputs())))
    examples.weights.push_back(weights);
  NamedTensors results;
  auto outputs = predict(model.graph, model.weights, examples);
  for (size_t i = 0; i < outputs.size(); ++i) results.emplace_back("y" + std::to_string(i), outputs[i]);
  const auto loss = static_cast<float>(add_gradients(model, examples, results));
  results.emplace_back("loss", Tensor::of<float>({}, std::span<const float>(&loss, 1)));
  add_metrics(model, examples, results);
  add_variables(model.graph, trained(model, examples, steps), "w", false, results);
  return results;
}

void run_case(const std::string& name, int steps) {
  try {
    write_file(name + ".sluice.npz", write_npz(compute(name, steps)));
  } catch (const Error& error) {
    write_file(name + ".sluice.txt", error.what());
  }
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: oracle_run_cases STEPS NAME...\n");
    return 2;
  }
  for (int i = 2; i < argc; ++i) sluice::run_case(argv[i], std::atoi(argv[1]));
}
