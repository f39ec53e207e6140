#include "sluice/cli/topic.h"

#include "sluice/base/snake_case.h"
#include "sluice/experiment/callback.h"
#include "sluice/nn/layer.h"
#include "sluice/nn/loss.h"
#include "sluice/nn/metric.h"
#include "sluice/nn/optimizer.h"
#include "sluice/nn/schedule.h"
#include "sluice/tensor/activation_formula.h"
#include "sluice/tune/pruner/registry.h"
#include "sluice/tune/sampler/registry.h"

namespace sluice::cli {
namespace {

/// Keras' InputLayer as experiment files have it.
Topic input_topic(const LayerType& type) {
  Topic topic{"layer", "Input", type.doc, type.fields, {"InputLayer"}};
  topic.parameters.push_back({.name = "name", .type = "text", .default_value = "", .doc = "name of the input"});
  return topic;
}

Topic layer_topic(const LayerType& type) {
  if (type.class_name == "InputLayer") return input_topic(type);
  return {"layer", type.class_name, type.doc, type.fields};
}

template <NamedKind Kind>
std::vector<std::string> names_of(const NamedType<Kind>& type) {
  std::vector<std::string> names = type.other_names;
  names.insert(names.end(), {type.class_name, snake_case(type.class_name)});
  return names;
}

/// Losses and metrics go by the names that results have; the other kinds by their classes.
template <NamedKind Kind>
void add_kind(std::vector<Topic>& list) {
  const Kind* kind = nullptr;
  for (const NamedType<Kind>& type : named_types(kind)) {
    list.push_back({std::string(kind_name(kind)), shown_name(type), type.doc, type.fields, names_of(type)});
  }
}

constexpr const char* activation_kind = "activation";

void add_activations(std::vector<Topic>& list) {
  const auto names = enum_names(Activation{});
  for (size_t i = 0; i < names.size(); ++i) {
    list.push_back({activation_kind, names[i], std::string(formula(static_cast<Activation>(i))), {}});
  }
}

/// Activation functions are too many for the table of a parameter.
void shorten_types(std::vector<Topic>& list) {
  for (Topic& topic : list) {
    for (FieldInfo& field : topic.parameters) {
      if (field.type == FieldType<Activation>::type()) field.type = activation_kind;
    }
  }
}

}  // namespace

std::vector<Topic> topics() {
  std::vector<Topic> list;
  for (const LayerType& type : layer_types()) list.push_back(layer_topic(type));
  add_activations(list);
  add_kind<Optimizer>(list);
  add_kind<Schedule>(list);
  add_kind<Callback>(list);
  add_kind<Loss>(list);
  add_kind<Metric>(list);
  add_kind<Initializer>(list);
  add_kind<Regularizer>(list);
  add_kind<Constraint>(list);
  for (const SearchPartInfo& info : describe_samplers())
    list.push_back({"sampler", info.name, info.doc, info.parameters});
  for (const SearchPartInfo& info : describe_pruners())
    list.push_back({"pruner", info.name, info.doc, info.parameters});
  shorten_types(list);
  return list;
}

}  // namespace sluice::cli
