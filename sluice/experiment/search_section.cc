#include "sluice/experiment/search_section.h"

#include <algorithm>
#include <cmath>

#include "sluice/base/duration.h"
#include "sluice/experiment/document.h"

namespace sluice {
namespace {

/// Throws PathError at a given value whose parameter is not active with the others.
void check_active(const Json& given, const Params& params, const std::string& path) {
  for (const auto& [name, value] : given.as_object()) {
    if (params.contains(name)) continue;
    throw PathError(join_path(path, name), "enqueue: " + name + " is not active with the other values");
  }
}

/// Names that a trial leaves out have their defaults.
Params read_enqueued(const Json& given, const Space& space, const Json& defaults, const std::string& path) {
  Json values = given;
  if (!given.is_object()) return space.read_params(given, path);
  for (const auto& [name, value] : defaults.as_object()) {
    if (!given.contains(name)) values[name] = value;
  }
  Params params = space.read_params(values, path);
  check_active(given, params, path);
  space.check_inside(params, defaults, path);
  return params;
}

std::vector<Json> read_enqueue(const Json& search, const Space& space, const Json& defaults) {
  const Json* list = search.find("enqueue");
  if (list == nullptr) return {};
  const std::string path = "/search/enqueue";
  if (!list->is_array()) throw PathError(path, "enqueue: expected a list of maps, got " + shown(*list));
  std::vector<Json> trials;
  for (size_t i = 0; i < list->size(); ++i) {
    trials.push_back(read_enqueued((*list)[i], space, defaults, join_path(path, i)));
  }
  return trials;
}

}  // namespace

std::span<const Key> search_keys() {
  static const std::vector<Key> keys = {
      {"sampler", "how values are chosen; tpe by default", schema::defined("sampler")},
      {"pruner", "which trials go on; none by default", schema::defined("pruner")},
      {"trials", "how many are started; 20 by default", schema::integer(at_least(1))},
      {"objective", "min METRIC or max METRIC; min val_loss by default", schema::text()},
      {"seed", "of values and weights; 0 by default", schema::integer(at_least(0))},
      {"slots", "trials that run side by side in the study's own time; 4 by default", schema::integer(at_least(1))},
      {"enqueue", "values of the trials to try first", schema::list(schema::map_of(schema::anything()))},
      {"warm_start", "folder of an earlier study to learn from", schema::text()},
      {"timeout", "seconds, or a time such as 90s, 10m, 1.5h, 2d",
       schema::either({schema::number(above(0)), schema::text()})}};
  return keys;
}

double read_duration(const Json& json) {
  std::optional<double> seconds;
  if (json.is_number()) seconds = json.as_real();
  if (json.is_string()) seconds = parse_duration(json.as_string());
  if (!seconds || !(*seconds > 0 && std::isfinite(*seconds)))
    throw invalid("expected a time such as 90s, 10m, 1.5h or 2d, got " + shown(json));
  return *seconds;
}

SearchSection read_search_section(const Json& search, const Space& space, const Json& defaults) {
  SearchSection section;
  if (search.is_null()) return section;
  const std::string path = "/search";
  check_keys(search, path, "search", search_keys());
  if (const Json* sampler = search.find("sampler")) section.sampler = *sampler;
  if (const Json* pruner = search.find("pruner")) section.pruner = *pruner;
  section.trials = read_part<int64_t>(search, path, "trials", section.trials, at_least(1));
  section.seed = static_cast<uint64_t>(read_part<int64_t>(search, path, "seed", 0, at_least(0)));
  if (search.contains("slots")) section.slots = read_part<int64_t>(search, path, "slots", 4, at_least(1));
  if (search.contains("objective")) {
    auto text = read_part<std::string>(search, path, "objective", "");
    section.objective = at_path(path + "/objective", [&] { return Objective::parse(text); });
  }
  section.enqueue = read_enqueue(search, space, defaults);
  if (search.contains("warm_start")) section.warm_start = read_part<std::string>(search, path, "warm_start", "");
  if (const Json* timeout = search.find("timeout")) {
    section.timeout = at_path(path + "/timeout", [&] { return read_duration(*timeout); }, "timeout: ");
  }
  return section;
}

}  // namespace sluice
