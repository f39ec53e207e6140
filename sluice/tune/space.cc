#include "sluice/tune/space.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "sluice/base/canonical.h"
#include "sluice/params/fields.h"

namespace sluice {
namespace {

/// Returns the value as the domain's type: an integer, a real, or as choices are read.
Json read_given(const Domain& domain, const Json& value) {
  if (std::holds_alternative<IntRange>(domain)) return read_integer(value);
  if (std::holds_alternative<FloatRange>(domain)) return FieldType<double>::read(value, {});
  return canonical(value);
}

/// The parts of a parameter's description.
struct Description {
  Json domain;
  Json when;
};

Description split(const Json& json) {
  Description description{json, {}};
  if (!json.is_object()) return description;
  if (const Json* when = json.find("when")) description.when = *when;
  std::erase_if(description.domain.as_object(), [](const auto& part) { return part.first == "when"; });
  return description;
}

/// A list is one value where the other parameter has lists for values.
std::vector<Json> read_condition_values(const SpaceParameter& other, const Json& given, const std::string& path) {
  const Json value = canonical(given);
  std::vector<Json> values{value};
  if (value.is_array() && !contains(other.domain, value)) values = value.as_array();
  if (values.empty()) throw PathError(path, "when: expected at least one value of " + other.name);
  for (const Json& candidate : values) {
    if (contains(other.domain, candidate)) continue;
    throw PathError(
        path, "when: " + other.name + " cannot be " + shown(candidate) + ": " + shown(domain_to_json(other.domain)));
  }
  return values;
}

std::vector<Condition> read_conditions(const Space& space, const Json& when, const std::string& path) {
  std::vector<Condition> conditions;
  if (when.is_null()) return conditions;
  if (!when.is_object() || when.empty()) throw PathError(path, "when: expected {name: value}, got " + shown(when));
  for (const auto& [name, values] : when.as_object()) {
    const auto other = std::ranges::find(space.parameters(), name, &SpaceParameter::name);
    if (other == space.parameters().end())
      throw PathError(path + "/" + name, "when: " + unknown_name("parameter", name, space.names()));
    conditions.push_back({name, read_condition_values(*other, values, path + "/" + name)});
  }
  return conditions;
}

Json conditions_to_json(const std::vector<Condition>& conditions) {
  Json json = Json::object();
  for (const Condition& condition : conditions) json[condition.name] = condition.values;
  return json;
}

/// Returns a parameter whose conditions go round, or nullptr.
const SpaceParameter* circular(const Space& space) {
  std::set<std::string> settled;
  const auto is_settled = [&](const Condition& condition) { return settled.contains(condition.name); };
  for (size_t before = 0; settled.size() < space.parameters().size(); before = settled.size()) {
    const SpaceParameter* open = nullptr;
    for (const SpaceParameter& parameter : space.parameters()) {
      if (settled.contains(parameter.name)) continue;
      if (std::ranges::all_of(parameter.when, is_settled)) {
        settled.insert(parameter.name);
      } else {
        open = &parameter;
      }
    }
    if (settled.size() == before) return open;
  }
  return nullptr;
}

}  // namespace

bool is_parameter_name(std::string_view text) {
  auto of_word = [](unsigned char letter) { return std::isalnum(letter) != 0 || letter == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), of_word);
}

Space Space::read(const Json& json, const std::string& path) {
  Space space;
  if (json.is_null()) return space;
  if (!json.is_object()) throw PathError(path, "space: expected a map of parameters, got " + shown(json));
  for (const auto& [name, domain] : json.as_object()) {
    if (!is_parameter_name(name)) {
      throw PathError(path + "/" + name, "expected a name of letters, digits and underscores, got \"" + name + "\"");
    }
    space.parameters_.push_back({name, read_domain(split(domain).domain, path + "/" + name)});
  }
  for (SpaceParameter& parameter : space.parameters_) {
    const Json when = split(json.at(parameter.name)).when;
    parameter.when = read_conditions(space, when, path + "/" + parameter.name + "/when");
  }
  if (const SpaceParameter* parameter = circular(space))
    throw PathError(path + "/" + parameter->name + "/when", "when: " + parameter->name + " depends on itself");
  return space;
}

Json Space::schema() {
  Json when = schema::map_of(schema::anything());
  when["description"] = "the parameter is there only where others have one of these values";
  const Json parameter = schema::either(domain_schemas(Json::Object{{"when", when}}));
  return schema::either({schema::map_of(parameter), schema::nothing()});
}

const SpaceParameter& Space::parameter(const std::string& name) const {
  return *std::ranges::find(parameters_, name, &SpaceParameter::name);
}

bool Space::is_active(const SpaceParameter& parameter, const Json& values) const {
  return std::ranges::all_of(parameter.when, [&](const Condition& condition) {
    const Json* value = values.find(condition.name);
    return value != nullptr && std::ranges::find(condition.values, *value) != condition.values.end() &&
           is_active(this->parameter(condition.name), values);
  });
}

Params Space::with(const Params& params, const std::string& name, const Json& value) const {
  Params changed = params;
  changed[name] = value;
  std::vector<std::string> open{name};
  while (!open.empty()) {
    const SpaceParameter& next = parameter(open.back());
    open.pop_back();
    for (const Condition& condition : next.when) {
      const Json* now = changed.find(condition.name);
      const bool holds = now != nullptr && std::ranges::find(condition.values, *now) != condition.values.end();
      if (!holds) changed[condition.name] = condition.values.front();
      open.push_back(condition.name);
    }
  }
  for (const SpaceParameter& other : parameters_) {
    if (!changed.contains(other.name)) changed[other.name] = value_at(other.domain, 0.5);
  }
  return read_params(changed, "");
}

std::vector<const SpaceParameter*> Space::by_name() const {
  std::vector<const SpaceParameter*> sorted;
  for (const SpaceParameter& parameter : parameters_) sorted.push_back(&parameter);
  std::ranges::sort(sorted, [](const auto* a, const auto* b) { return a->name > b->name; });
  return sorted;
}

Json Space::to_json() const {
  Json json = Json::object();
  for (const auto& parameter : parameters_) {
    Json description = domain_to_json(parameter.domain);
    if (!parameter.when.empty()) description["when"] = conditions_to_json(parameter.when);
    json[parameter.name] = description;
  }
  return json;
}

std::vector<std::string> Space::names() const {
  std::vector<std::string> names;
  for (const auto& parameter : parameters_) names.push_back(parameter.name);
  return names;
}

Json Space::read_values(const Json& values, const std::string& path) const {
  if (!values.is_object() && !values.is_null()) throw PathError(path, "expected a map of values, got " + shown(values));
  auto known = names();
  if (values.is_object()) {
    for (const auto& [name, value] : values.as_object()) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw PathError(path + "/" + name, unknown_name("parameter", name, known));
      }
    }
  }
  Json read = Json::object();
  for (const SpaceParameter& parameter : parameters_) {
    const std::string& name = parameter.name;
    const Json* value = values.find(name);
    if (value == nullptr) continue;
    try {
      read[name] = read_given(parameter.domain, *value);
    } catch (const Error& error) {
      throw PathError(path + "/" + name, name + ": " + error.what());
    }
  }
  return read;
}

Params Space::read_params(const Json& values, const std::string& path) const {
  const Json read = read_values(values, path);
  Params params = Json::object();
  for (const SpaceParameter& parameter : parameters_) {
    if (!is_active(parameter, read)) continue;
    const Json* value = read.find(parameter.name);
    if (value == nullptr) throw PathError(path, "no value for \"" + parameter.name + "\" of the space");
    params[parameter.name] = *value;
  }
  return params;
}

void Space::check_inside(const Params& params, const Params& defaults, const std::string& path) const {
  for (const auto& [name, value] : params.as_object()) {
    const Domain& domain = parameter(name).domain;
    const Json* fallback = defaults.find(name);
    if (contains(domain, value) || (fallback != nullptr && value == *fallback)) continue;
    std::string candidates = shown(domain_to_json(domain));
    throw PathError(path + "/" + name, name + ": " + shown(value) + " is outside of the space: " + candidates);
  }
}

}  // namespace sluice
