#include "sluice/cli/topic.h"

#include "sluice/nn/layer.h"
#include "sluice/nn/loss.h"
#include "sluice/nn/metric.h"
#include "sluice/nn/optimizer.h"
#include "sluice/tune/pruner/registry.h"
#include "sluice/tune/sampler/registry.h"

namespace sluice::cli {
namespace {

/// Keras' InputLayer as experiment files have it.
Topic input_topic(const LayerType& type) {
  Topic topic{"layer", "Input", type.doc, type.fields};
  topic.parameters.push_back({"name", "text", "", "", "name of the input"});
  return topic;
}

Topic layer_topic(const LayerType& type) {
  if (type.class_name == "InputLayer") return input_topic(type);
  return {"layer", type.class_name, type.doc, type.fields};
}

}  // namespace

std::vector<Topic> topics() {
  std::vector<Topic> list;
  for (const LayerType& type : layer_types()) list.push_back(layer_topic(type));
  for (const OptimizerType& type : optimizer_types())
    list.push_back({"optimizer", type.class_name, type.doc, type.fields});
  for (const LossPtr& loss : losses())
    list.push_back({"loss", std::string(loss->name()), std::string(loss->doc()), {}});
  for (const MetricPtr& metric : metrics())
    list.push_back({"metric", std::string(metric->name()), std::string(metric->doc()), {}});
  for (const SamplerInfo& info : describe_samplers()) list.push_back({"sampler", info.name, info.doc, info.parameters});
  for (const PrunerInfo& info : describe_pruners()) list.push_back({"pruner", info.name, info.doc, info.parameters});
  return list;
}

}  // namespace sluice::cli
