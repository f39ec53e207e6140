#include "sluice/experiment/experiment.h"

#include <algorithm>

#include "sluice/experiment/active_names.h"
#include "sluice/experiment/data_section.h"
#include "sluice/experiment/fit_section.h"
#include "sluice/experiment/model_section.h"
#include "sluice/experiment/name_uses.h"
#include "sluice/experiment/override.h"
#include "sluice/experiment/reference.h"
#include "sluice/experiment/search_section.h"
#include "sluice/experiment/yaml.h"
#include "sluice/formats/keras_file.h"
#include "sluice/tune/pruner/registry.h"
#include "sluice/tune/sampler/registry.h"
#include "sluice/tune/warm_start.h"

namespace sluice {
namespace {

const Json& required(const Json& file, const std::string& key) {
  const Json* part = file.find(key);
  if (part == nullptr || part->is_null()) throw PathError("", "missing \"" + key + "\"");
  return *part;
}

bool is_model_file(const Json& model) { return model.is_string() && !model.as_string().starts_with('$'); }

/// Reads `model`: a template, or the model that a file holds.
void read_model(const Json& file, Experiment& experiment) {
  const Json& model = required(file, "model");
  if (!is_model_file(model)) {
    experiment.model = model;
    return;
  }
  Path path = experiment.directory / model.as_string();
  try {
    experiment.start = std::make_shared<const Model>(load_model(path));
  } catch (const Error& error) {
    throw Error(error.code(), experiment.document->where("/model") + ": " + error.what());
  }
}

void read_defaults(const Json& file, Experiment& experiment) {
  const Json* defaults = file.find("defaults");
  if (defaults == nullptr || defaults->is_null()) return;
  if (!defaults->is_object())
    throw PathError("/defaults", "defaults: expected a map of values, got " + shown(*defaults));
  experiment.defaults = *defaults;
}

/// Throws PathError for a parameter without a default: at a name of the defaults that nothing uses and that is like it,
/// else at the parameter.
[[noreturn]] void refuse_missing_default(const Experiment& experiment, const std::string& name) {
  const std::set<std::string> used = names_used(experiment);
  const std::vector<std::string> missing = {name};
  for (const auto& entry : experiment.defaults.as_object()) {
    const std::string& key = entry.first;
    if (used.contains(key) || nearest_name(key, missing).empty()) continue;
    throw PathError(join_path("/defaults", key), "defaults: " + unknown_name("key", key, missing));
  }
  throw PathError(join_path("/space", name), "space." + name + " has no value in defaults; trial 0 needs one");
}

/// The space's part of the defaults, in its order, those of inactive parameters too. Throws PathError where one of an
/// active parameter is missing or one is of the wrong type.
Json default_values(const Experiment& experiment) {
  Json given = Json::object();
  for (const std::string& name : experiment.space.names()) {
    if (const Json* value = experiment.defaults.find(name)) given[name] = *value;
  }
  given = experiment.space.read_values(given, "/defaults");
  for (const SpaceParameter& parameter : experiment.space.parameters()) {
    const bool missing = !given.contains(parameter.name);
    if (missing && experiment.space.is_active(parameter, given)) refuse_missing_default(experiment, parameter.name);
  }
  return given;
}

/// What the sampler and the pruner of a study are told; its seed may be another one.
SearchProblem search_problem_of(const Experiment& experiment) {
  const SearchSection& search = experiment.search;
  const Params defaults = experiment.space.read_params(default_values(experiment), "/defaults");
  SearchProblem problem{experiment.space, search.objective, search.seed, {defaults}};
  problem.given.insert(problem.given.end(), search.enqueue.begin(), search.enqueue.end());
  return problem;
}

/// Samplers and pruners say at their making what they cannot do.
void check_search(const Experiment& experiment) {
  const SearchProblem problem = search_problem_of(experiment);
  const auto sampler = make_sampler(experiment.search.sampler, problem, "/search/sampler");
  if (experiment.search.warm_start) check_learns(*sampler, "/search/warm_start");
  make_pruner(experiment.search.pruner, problem, "/search/pruner");
}

/// Reads model and fit with the defaults once, for all that can be found without data.
void check_templates(const Experiment& experiment) {
  Json fit = replace_references(experiment.fit, "/fit", experiment.defaults);
  if (!experiment.start) read_model_section(experiment.model, experiment.defaults);
  read_fit_section(fit);
}

void check_name(const std::string& name) {
  auto unfit = [](unsigned char letter) { return letter == '/' || letter < 0x20 || letter == 0x7f; };
  bool bad = name.empty() || name.front() == '.' || name.front() == '-' || std::ranges::any_of(name, unfit);
  if (bad) throw PathError("/name", "name: expected text that can name a folder, got \"" + name + "\"");
}

/// Whether an override replaced a part of model or fit, where names may have been.
bool replaces_uses(std::span<const std::string> overrides) {
  return std::ranges::any_of(overrides, [](const std::string& override) {
    return override.starts_with("model") || override.starts_with("fit");
  });
}

Experiment read_sections(std::shared_ptr<const Document> document, const Path& directory,
                         std::span<const std::string> overrides) {
  check_keys(document->value, "", "experiment", experiment_keys());
  const Json file = resolve_constants(document->value);
  Experiment experiment;
  experiment.document = document;
  experiment.directory = directory;
  experiment.name = read_part<std::string>(file, "", "name", Path(document->name).stem().string());
  check_name(experiment.name);
  experiment.data = read_data_section(required(file, "data"));
  read_model(file, experiment);
  experiment.fit = required(file, "fit");
  read_defaults(file, experiment);
  if (const Json* space = file.find("space")) experiment.space = Space::read(*space, "/space");
  const Json defaults = default_values(experiment);
  const Json* search = file.find("search");
  experiment.search = read_search_section(search == nullptr ? Json() : *search, experiment.space, defaults);
  check_names_active(experiment);
  check_templates(experiment);
  if (!replaces_uses(overrides)) check_names_used(experiment);
  check_epochs_are_constant(experiment);
  check_search(experiment);
  return experiment;
}

}  // namespace

std::span<const Key> experiment_keys() {
  static const std::vector<Key> keys = {
      {"name", "of the model and the study; the file's name by default", schema::text()},
      {"data", "where rows come from", keys_schema(data_keys(), {"train"})},
      {"model", "layers by Keras' names, or a .keras file to start from", schema::defined("model")},
      {"fit", "how it is trained", keys_schema(fit_keys())},
      {"defaults", "values of trial 0, and constants, by name", schema::map_of(schema::anything())},
      {"space", "what a search may choose, by name", Space::schema()},
      {"search", "how values are searched", keys_schema(search_keys())}};
  return keys;
}

int64_t possible_trials(const Experiment& experiment, int64_t trials) {
  auto sampler = make_sampler(experiment.search.sampler, search_problem_of(experiment), "/search/sampler");
  return std::min(trials, sampler->most_trials().value_or(trials));
}

Experiment parse_experiment(std::string_view text, const std::string& name, const Path& directory,
                            std::span<const std::string> overrides) {
  Document document = parse_yaml(text, name);
  for (const std::string& override : overrides) apply_override(document, override);
  auto shared = std::make_shared<const Document>(std::move(document));
  return with_positions(*shared, [&] { return read_sections(shared, directory, overrides); });
}

Experiment read_experiment(const Path& path, std::span<const std::string> overrides) {
  return parse_experiment(read_file(path), path.string(), path.parent_path(), overrides);
}

}  // namespace sluice
