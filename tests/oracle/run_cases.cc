/// Computes what Sluice makes of the cases that fuzz_keras.py wrote.
///
///   oracle_run_cases STEPS NAME…
///
/// For each NAME: reads the compiled model NAME.keras and NAME.npz (inputs x0, x1, …; labels label0, label1, …) and
/// writes NAME.sluice.npz: predictions y0, y1, …; `loss` and the gradients g/LAYER/INDEX of the mean loss over all rows
/// in training; the weights w/LAYER/INDEX after STEPS steps over all rows. Writes NAME.sluice.txt instead when the
/// model or its data is refused.
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
  double loss = plan.sums().back();
  size_t next = 0;
  for (size_t i = 0; i < model.graph.outputs().size(); ++i) {
    loss += model.compile->loss_weight(i) * plan.sums()[next++];
    const Shape& shape = model.graph.nodes()[model.graph.outputs()[i]].shape;
    for (const MetricPtr& metric : model.compile->metrics[i]) next += static_cast<size_t>(metric->sums(shape));
  }
  return loss / static_cast<double>(examples.rows());
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
  const Examples examples =
      bind_examples(model.graph, *model.compile, numbered(arrays, "x", node_names(model.graph, model.graph.inputs())),
                    numbered(arrays, "label", node_names(model.graph, model.graph.outputs())));
  NamedTensors results;
  auto outputs = predict(model.graph, model.weights, examples);
  for (size_t i = 0; i < outputs.size(); ++i) results.emplace_back("y" + std::to_string(i), outputs[i]);
  const auto loss = static_cast<float>(add_gradients(model, examples, results));
  results.emplace_back("loss", Tensor::of<float>({}, std::span<const float>(&loss, 1)));
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
