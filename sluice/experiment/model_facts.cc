#include "sluice/experiment/model_facts.h"

namespace sluice {
namespace {

/// Number of classes of each output, null where it gives values: one for a single output, else a map by output.
Json class_counts(const TrialPlan& plan) {
  Json counts = Json::object();
  const Graph& graph = plan.graph;
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    int node = graph.outputs()[i];
    const Shape& shape = graph.nodes()[static_cast<size_t>(node)].shape;
    bool classes = plan.compile.losses[i]->name().ends_with("categorical_crossentropy") && !shape.empty();
    counts[graph.node_name(node)] = classes ? Json(shape.back()) : Json();
  }
  return counts.size() == 1 ? counts.as_object()[0].second : counts;
}

}  // namespace

Json model_facts(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan,
                 const ModelOrigin& origin) {
  return Json::Object{{"experiment", experiment.document->value},
                      {"params", origin.params},
                      {"seed", origin.seed},
                      {"threads", origin.threads},
                      {"data_seed", experiment.data.seed},
                      {"data", data.hashes},
                      {"trial", origin.trial},
                      {"epoch", origin.epoch},
                      {"metrics", origin.metrics},
                      {"classes", class_counts(plan)}};
}

}  // namespace sluice
