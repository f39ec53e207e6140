#include "sluice/experiment/schema.h"

#include "sluice/experiment/callback.h"
#include "sluice/experiment/experiment.h"
#include "sluice/experiment/model_section.h"
#include "sluice/nn/constraint.h"
#include "sluice/nn/initializer.h"
#include "sluice/nn/optimizer.h"
#include "sluice/nn/regularizer.h"
#include "sluice/nn/schedule.h"
#include "sluice/tune/pruner/registry.h"
#include "sluice/tune/sampler/registry.h"

namespace sluice {
namespace {

/// A class that users name, with the schema of its parameters.
struct NamedSchema {
  std::vector<std::string> names;
  Json parameters;
};

/// A name, or a map from one name to parameters.
Json named_schema(const std::vector<NamedSchema>& classes) {
  std::vector<std::string> names;
  Json with_parameters = Json::object();
  for (const NamedSchema& type : classes) {
    for (const std::string& name : type.names) {
      if (with_parameters.contains(name)) continue;
      names.push_back(name);
      with_parameters[name] = type.parameters;
    }
  }
  return schema::either({schema::names(names), Json::Object{{"type", "object"},
                                                            {"properties", std::move(with_parameters)},
                                                            {"additionalProperties", false},
                                                            {"minProperties", 1},
                                                            {"maxProperties", 1}}});
}

/// As Keras writes them.
Json saved_schema() {
  return Json::Object{{"type", "object"},
                      {"properties", Json::Object{{"class_name", schema::text()}, {"config", schema::anything()}}},
                      {"required", Json::Array{"class_name"}}};
}

/// Adds the definition of a kind, and that of the parameters of each class, "KIND.CLASS".
template <NamedKind Kind>
void add_kind(Json& definitions) {
  const auto* kind = static_cast<const Kind*>(nullptr);
  const std::string kind_text(kind_name(kind));
  std::vector<NamedSchema> classes;
  for (const NamedType<Kind>& type : named_types(kind)) {
    const std::string definition = kind_text + "." + type.class_name;
    definitions[definition] = fields_schema(type.fields);
    NamedSchema named{{shown_name(type), type.class_name, snake_case(type.class_name)}, schema::defined(definition)};
    named.names.insert(named.names.end(), type.other_names.begin(), type.other_names.end());
    classes.push_back(std::move(named));
  }
  definitions[kind_text] = schema::either({named_schema(classes), saved_schema()});
}

void add_search_parts(Json& definitions, const std::string& kind, const std::vector<SearchPartInfo>& parts) {
  std::vector<NamedSchema> classes;
  for (const SearchPartInfo& part : parts) classes.push_back({{part.name}, fields_schema(part.parameters)});
  definitions[kind] = named_schema(classes);
}

}  // namespace

Json experiment_schema() {
  Json definitions = model_definitions();
  definitions[schema::reference_definition] = schema::reference();
  add_kind<Optimizer>(definitions);
  add_kind<Schedule>(definitions);
  add_kind<Callback>(definitions);
  add_kind<Loss>(definitions);
  add_kind<Metric>(definitions);
  add_kind<Initializer>(definitions);
  add_kind<Regularizer>(definitions);
  add_kind<Constraint>(definitions);
  add_search_parts(definitions, "sampler", describe_samplers());
  add_search_parts(definitions, "pruner", describe_pruners());
  Json whole = keys_schema(experiment_keys(), {"data", "model", "fit"});
  whole["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  whole["title"] = "Sluice experiment";
  whole[schema::definitions] = std::move(definitions);
  return whole;
}

}  // namespace sluice
