#include "sluice/experiment/name_uses.h"

#include <algorithm>
#include <set>

#include "sluice/experiment/reference.h"

namespace sluice {
namespace {

bool is_range(const Json& space, const std::string& name) {
  const Json* domain = space.is_object() ? space.find(name) : nullptr;
  return domain != nullptr && domain->is_object() && !domain->contains("choice");
}

/// "/data/validation" as "data.validation".
std::string dotted(const std::string& path) {
  std::string text = path.substr(1);
  std::replace(text.begin(), text.end(), '/', '.');
  return text;
}

void refuse_names(const Json& json, const std::string& path) {
  if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) refuse_names(json[i], join_path(path, i));
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.as_object()) refuse_names(value, join_path(path, key));
  } else if (json.is_string() && json.as_string().starts_with('$')) {
    throw PathError(path, json.dump() + " stands in " + dotted(path) + ": $names can be used in model and fit only");
  }
}

/// Choices may hold names, ends of ranges may not.
void check_space(const Json& space) {
  if (!space.is_object()) return refuse_names(space, "/space");
  for (const auto& [name, domain] : space.as_object()) {
    std::string path = join_path("/space", name);
    if (!domain.is_object()) refuse_names(domain, path);
    if (!domain.is_object()) continue;
    for (const auto& [key, value] : domain.as_object()) {
      if (key != "choice" || !value.is_array()) refuse_names(value, join_path(path, key));
    }
  }
}

/// Values by name, as in defaults; those of ranges are numbers.
void check_values(const Json& values, const Json& space, const std::string& path) {
  if (!values.is_object()) return refuse_names(values, path);
  for (const auto& [name, value] : values.as_object()) {
    if (is_range(space, name)) refuse_names(value, join_path(path, name));
  }
}

void check_search(const Json& search, const Json& space) {
  if (!search.is_object()) return refuse_names(search, "/search");
  for (const auto& [key, value] : search.as_object()) {
    std::string path = join_path("/search", key);
    if (key != "enqueue" || !value.is_array()) {
      refuse_names(value, path);
      continue;
    }
    for (size_t i = 0; i < value.size(); ++i) check_values(value[i], space, join_path(path, i));
  }
}

/// Collects the names that a value uses, and those in the values that they stand for.
void collect(const Json& json, const Experiment& experiment, std::set<std::string>& used) {
  visit_references(json, "", [&](const std::string& name, const std::string&) {
    if (!used.insert(name).second) return;
    if (const Json* value = experiment.defaults.find(name)) collect(*value, experiment, used);
    for (const SpaceParameter& parameter : experiment.space.parameters()) {
      const auto* choice = std::get_if<Choice>(&parameter.domain);
      if (parameter.name != name || choice == nullptr) continue;
      for (const Json& value : choice->values) collect(value, experiment, used);
    }
    for (const Json& trial : experiment.search.enqueue) {
      if (const Json* value = trial.find(name)) collect(*value, experiment, used);
    }
  });
}

void check_used(const std::set<std::string>& used, const std::string& section, const std::string& name) {
  if (used.contains(name)) return;
  throw PathError(join_path("/" + section, name), section + "." + name + ": nothing uses $" + name);
}

}  // namespace

void check_name_places(const Json& file) {
  if (!file.is_object()) return;
  const Json* found = file.find("space");
  const Json space = found == nullptr ? Json() : *found;
  for (const auto& [key, value] : file.as_object()) {
    if (key == "model" || key == "fit") continue;
    if (key == "space") {
      check_space(value);
    } else if (key == "defaults") {
      check_values(value, space, "/defaults");
    } else if (key == "search") {
      check_search(value, space);
    } else {
      refuse_names(value, join_path("", key));
    }
  }
}

void check_names_used(const Experiment& experiment) {
  if (experiment.start) return;
  std::set<std::string> used;
  collect(experiment.model, experiment, used);
  collect(experiment.fit, experiment, used);
  for (const std::string& name : experiment.space.names()) check_used(used, "space", name);
  for (const auto& entry : experiment.defaults.as_object()) check_used(used, "defaults", entry.first);
}

}  // namespace sluice
