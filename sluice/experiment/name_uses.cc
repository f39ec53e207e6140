#include "sluice/experiment/name_uses.h"

#include <algorithm>

#include "sluice/experiment/reference.h"
#include "sluice/tune/named_parameters.h"

namespace sluice {
namespace {

/// A map's entry, or null.
const Json& entry_of(const Json& json, std::string_view key) {
  static const Json null;
  const Json* value = json.find(key);
  return value == nullptr ? null : *value;
}

/// "/data/validation" as "data.validation".
std::string dotted(const std::string& path) {
  std::string text = path.substr(1);
  std::replace(text.begin(), text.end(), '/', '.');
  return text;
}

/// Replaces names by their defaults where one value holds for the whole study.
class Constants {
 public:
  explicit Constants(const Json& file) : space_(entry_of(file, "space")) {
    const Json& defaults = entry_of(file, "defaults");
    if (defaults.is_object()) defaults_ = defaults;
  }

  Json section(const std::string& key, const Json& value) const {
    if (key == "model" || key == "fit") return value;
    if (key == "space") return space(value);
    if (key == "defaults") return values(value, "/defaults");
    if (key == "search") return search(value);
    return resolved(value, join_path("", key));
  }

 private:
  const Json space_;
  Json defaults_ = Json::object();

  Json resolved(const Json& json, const std::string& path) const {
    Json result = replace_references(json, path, defaults_);
    refuse_searched(json, path);
    return result;
  }

  /// Throws PathError for names of the space, also within values that names stand for.
  void refuse_searched(const Json& json, const std::string& path) const {
    visit_references(json, path, [&](const std::string& name, const std::string& place) {
      if (space_.contains(name)) {
        throw PathError(place, "\"$" + name + "\" stands in " + dotted(place) + ": parameters of the space may vary " +
                                   "in model and fit only");
      }
      refuse_searched(entry_of(defaults_, name), place);
    });
  }

  /// Choices go into model and fit, and conditions compare with them; ends of ranges are constants.
  Json space(const Json& json) const {
    if (!json.is_object()) return resolved(json, "/space");
    Json result = json;
    for (auto& [name, domain] : result.as_object()) {
      std::string path = join_path("/space", name);
      if (!domain.is_object()) domain = resolved(domain, path);
      if (!domain.is_object()) continue;
      for (auto& [key, value] : domain.as_object()) {
        const bool kept = key == "choice" ? value.is_array() : key == "when";
        if (!kept) value = resolved(value, join_path(path, key));
      }
    }
    return result;
  }

  bool is_range(const std::string& name) const {
    const Json& domain = entry_of(space_, name);
    return domain.is_object() && !domain.contains("choice");
  }

  /// Values by name, as in defaults; those of ranges are constants.
  Json values(const Json& json, const std::string& path) const {
    if (!json.is_object()) return resolved(json, path);
    Json result = json;
    for (auto& [name, value] : result.as_object()) {
      if (is_range(name)) value = resolved(value, join_path(path, name));
    }
    return result;
  }

  Json search(const Json& json) const {
    if (!json.is_object()) return resolved(json, "/search");
    Json result = json;
    for (auto& [key, value] : result.as_object()) {
      std::string path = join_path("/search", key);
      if (key != "enqueue" || !value.is_array()) {
        value = resolved(value, path);
        continue;
      }
      for (size_t i = 0; i < value.size(); ++i) value.as_array()[i] = values(value[i], join_path(path, i));
    }
    return result;
  }
};

/// Collects the names that a value uses, and those in the values that they stand for.
void collect(const Json& json, const std::string& path, const Experiment& experiment, std::set<std::string>& used) {
  const Json& defaults = entry_of(experiment.document->value, "defaults");
  visit_references(json, path, [&](const std::string& name, const std::string& place) {
    if (!used.insert(name).second) return;
    collect(entry_of(defaults, name), place, experiment, used);
    for (const SpaceParameter& parameter : experiment.space.parameters()) {
      const auto* choice = std::get_if<Choice>(&parameter.domain);
      if (parameter.name != name || choice == nullptr) continue;
      for (const Json& value : choice->values) collect(value, place, experiment, used);
    }
    for (const Json& trial : experiment.search.enqueue) collect(entry_of(trial, name), place, experiment, used);
  });
}

void check_used(const std::set<std::string>& used, const std::string& section, const std::string& name) {
  if (used.contains(name)) return;
  throw PathError(join_path("/" + section, name), section + "." + name + ": nothing uses $" + name);
}

/// The names that the number of epochs depends on.
std::set<std::string> names_of_epochs(const Experiment& experiment) {
  std::set<std::string> used;
  collect(entry_of(experiment.fit, "epochs"), "/fit/epochs", experiment, used);
  if (experiment.fit.is_string()) collect(experiment.fit, "/fit", experiment, used);
  return used;
}

}  // namespace

Json resolve_constants(const Json& file) {
  if (!file.is_object()) return file;
  Constants constants(file);
  Json result = file;
  for (auto& [key, value] : result.as_object()) value = constants.section(key, value);
  return result;
}

std::set<std::string> names_used(const Experiment& experiment) {
  std::set<std::string> used;
  collect(experiment.model, "/model", experiment, used);
  collect(experiment.fit, "/fit", experiment, used);
  return used;
}

void check_epochs_are_constant(const Experiment& experiment) {
  const std::string pruner = NamedParameters::read(experiment.search.pruner, "/search/pruner").name;
  if (pruner == "none") return;
  const std::set<std::string> used = names_of_epochs(experiment);
  for (const std::string& name : experiment.space.names()) {
    if (used.contains(name))
      throw PathError("/fit/epochs", "epochs: $" + name + " is searched, and the pruner " + pruner +
                                         " compares trials of the same length only");
  }
}

void check_names_used(const Experiment& experiment) {
  if (experiment.start) return;
  std::set<std::string> used = names_used(experiment);
  for (const auto& [key, value] : experiment.document->value.as_object()) {
    if (key != "defaults") collect(value, join_path("", key), experiment, used);
  }
  for (const std::string& name : experiment.space.names()) check_used(used, "space", name);
  for (const auto& entry : experiment.defaults.as_object()) check_used(used, "defaults", entry.first);
}

}  // namespace sluice
