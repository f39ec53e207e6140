#include "sluice/cli/datasets_command.h"

#include "sluice/cli/interrupt.h"
#include "sluice/cli/text.h"
#include "sluice/data/get_known_set.h"
#include "sluice/data/known_sets.h"

namespace sluice::cli {
namespace {

/// Adds the number of rows, or what is wrong with the files.
void add_rows(Json& json, const KnownSet& set, const KnownSplit& split, const Path& data_dir) {
  try {
    json["rows"] = load_known_set(set.name, split.name, data_dir).rows();
  } catch (const Error& error) {
    json["rows"] = Json();
    json["fault"] = error.what();
  }
}

Json split_json(const KnownSet& set, const KnownSplit& split, const Path& data_dir) {
  Json json = Json::object();
  Path folder = find_known_split(set, split, data_dir);
  json["name"] = split.name;
  json["path"] = folder.empty() ? Json() : Json(folder.string());
  json["rows"] = Json();
  if (!folder.empty()) add_rows(json, set, split, data_dir);
  return json;
}

Json set_json(const KnownSet& set, const Path& data_dir) {
  Json json = Json::object();
  json["name"] = set.name;
  json["description"] = set.description;
  json["splits"] = Json::array();
  for (const KnownSplit& split : set.splits) json["splits"].push_back(split_json(set, split, data_dir));
  json["can_get"] = set.can_get;
  return json;
}

/// Where a split was found, what is wrong with it, or how to get it.
std::string place_text(const Json& set, const Json& split) {
  if (const Json* fault = split.find("fault")) return fault->as_string();
  if (split.at("path").is_string()) return split.at("path").as_string();
  return set.at("can_get").as_bool() ? "not here; sluice datasets get " + set.at("name").as_string() : "not here";
}

std::string sets_text(const Json& sets) {
  std::vector<std::vector<std::string>> rows = {{"data", "rows", "found in"}};
  for (const Json& set : sets.as_array()) {
    for (const Json& split : set.at("splits").as_array()) {
      const Json& count = split.at("rows");
      rows.push_back({set.at("name").as_string() + "/" + split.at("name").as_string(),
                      count.is_null() ? "-" : count_text(count.as_integer()), place_text(set, split)});
    }
  }
  return table_text(rows);
}

CommandResult list_sets(const Path& data_dir) {
  CommandResult result;
  result.json["datasets"] = Json::array();
  for (const KnownSet& set : known_sets()) result.json["datasets"].push_back(set_json(set, data_dir));
  result.text = sets_text(result.json.at("datasets"));
  return result;
}

CommandResult get_set(const std::string& name, const Path& directory, Progress& progress) {
  progress.show([&] { return std::vector<std::string>{"getting " + name}; });
  bool fetched = get_known_set(name, directory, &watch_interrupts());
  progress.hide();
  CommandResult result;
  result.json["name"] = name;
  result.json["path"] = (directory / name).string();
  result.json["fetched"] = fetched;
  result.text = name + (fetched ? " is now in " : " is already in ") + (directory / name).string() + "\n";
  return result;
}

}  // namespace

CommandResult run_datasets(const DatasetsRequest& request, const CommonOptions& common, Progress& progress) {
  if (request.get.empty()) return list_sets(common.data_dir);
  return get_set(request.get, common.data_dir.empty() ? Path("data") : common.data_dir, progress);
}

}  // namespace sluice::cli
