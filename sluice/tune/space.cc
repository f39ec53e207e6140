#include "sluice/tune/space.h"

#include <algorithm>
#include <cctype>

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

bool is_inside(const Domain& domain, const Json& value) {
  if (const auto* range = std::get_if<IntRange>(&domain)) {
    return value.as_integer() >= range->low && value.as_integer() <= range->high;
  }
  if (const auto* range = std::get_if<FloatRange>(&domain)) {
    return value.as_real() >= range->low && value.as_real() <= range->high;
  }
  const auto& values = std::get<Choice>(domain).values;
  return std::find(values.begin(), values.end(), value) != values.end();
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
    space.parameters_.push_back({name, read_domain(domain, path + "/" + name)});
  }
  return space;
}

std::vector<const SpaceParameter*> Space::by_name() const {
  std::vector<const SpaceParameter*> sorted;
  for (const SpaceParameter& parameter : parameters_) sorted.push_back(&parameter);
  std::ranges::sort(sorted, [](const auto* a, const auto* b) { return a->name > b->name; });
  return sorted;
}

Json Space::to_json() const {
  Json json = Json::object();
  for (const auto& parameter : parameters_) json[parameter.name] = domain_to_json(parameter.domain);
  return json;
}

std::vector<std::string> Space::names() const {
  std::vector<std::string> names;
  for (const auto& parameter : parameters_) names.push_back(parameter.name);
  return names;
}

Params Space::read_params(const Json& values, const std::string& path) const {
  if (!values.is_object() && !values.is_null()) throw PathError(path, "expected a map of values, got " + shown(values));
  auto known = names();
  if (values.is_object()) {
    for (const auto& [name, value] : values.as_object()) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw PathError(path + "/" + name, unknown_name("parameter", name, known));
      }
    }
  }
  Params params = Json::object();
  for (const auto& [name, domain] : parameters_) {
    const Json* value = values.find(name);
    if (value == nullptr) throw PathError(path, "no value for \"" + name + "\" of the space");
    try {
      params[name] = read_given(domain, *value);
    } catch (const Error& error) {
      throw PathError(path + "/" + name, name + ": " + error.what());
    }
  }
  return params;
}

void Space::check_inside(const Params& params, const Params& defaults, const std::string& path) const {
  for (const auto& [name, domain] : parameters_) {
    const Json& value = params.at(name);
    if (is_inside(domain, value) || value == defaults.at(name)) continue;
    std::string candidates = shown(domain_to_json(domain));
    throw PathError(path + "/" + name, name + ": " + shown(value) + " is outside of the space: " + candidates);
  }
}

}  // namespace sluice
