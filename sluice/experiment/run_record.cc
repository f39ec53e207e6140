#include "sluice/experiment/run_record.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "sluice/base/error.h"
#include "sluice/base/file_lock.h"
#include "sluice/base/suggest.h"

namespace sluice {
namespace {

constexpr int64_t newest_version = 1;
constexpr std::string_view ending = ".jsonl";

/// Complete lines; what a killed run left of another is not one.
std::vector<Json> read_lines(const Path& path) {
  const std::string bytes = read_file(path);
  std::vector<Json> lines;
  for (size_t begin = 0, end; (end = bytes.find('\n', begin)) != std::string::npos; begin = end + 1) {
    try {
      lines.push_back(Json::parse(std::string_view(bytes).substr(begin, end - begin)));
    } catch (const Error& error) {
      throw invalid("line " + std::to_string(lines.size() + 1) + ": " + error.what());
    }
  }
  return lines;
}

void take_line(const Json& line, RunRecord& record) {
  const std::string& kind = line.at("kind").as_string();
  if (kind == "epoch") {
    record.epochs.push_back({line.at("epoch").as_integer(), line.at("metrics"), line.at("seconds").as_real()});
    record.epochs.back().metrics.as_object();
  } else if (kind == "end") {
    record.end = line;
    record.status = line.at("status").as_string();
  } else {
    throw invalid("a line of kind \"" + kind + "\"");
  }
}

void take_facts(const Json& facts, RunRecord& record) {
  if (facts.at("kind") != Json("run")) throw invalid("expected a first line of kind \"run\"");
  const int64_t version = facts.at("version").as_integer();
  if (version > newest_version) throw invalid("it has version " + std::to_string(version) + ", expected at most 1");
  for (const char* key : {"experiment", "data"}) facts.at(key).as_object();
  record.facts = facts;
}

RunRecord read_run(const Path& path) {
  RunRecord record{.name = path.stem().string(), .facts = Json::object()};
  try {
    record.status = FileLock::is_held(path) ? "running" : "killed";
    const std::vector<Json> lines = read_lines(path);
    if (lines.empty()) return record;
    take_facts(lines[0], record);
    for (size_t i = 1; i < lines.size(); ++i) take_line(lines[i], record);
  } catch (const Error& error) {
    record.status = "damaged";
    record.fault = path.string() + ": damaged: " + error.what();
  }
  return record;
}

/// In the order in which they began: by the second in their names, those of one second by when they ended.
std::vector<Path> run_paths(const Path& folder) {
  constexpr size_t second = 15;  // YYYYMMDD-HHMMSS
  using Key = std::tuple<std::string, std::filesystem::file_time_type, Path>;
  std::vector<Key> keys;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (entry.path().extension() != ending) continue;
    keys.emplace_back(entry.path().stem().string().substr(0, second), entry.last_write_time(none), entry.path());
  }
  std::ranges::sort(keys);
  std::vector<Path> paths;
  for (const Key& key : keys) paths.push_back(std::get<Path>(key));
  return paths;
}

/// The names nearest to `given`, or the newest where none is near.
std::string nearest_text(const std::string& given, std::vector<std::string> names) {
  constexpr size_t most = 3;
  std::vector<std::string> nearest;
  for (std::string name; nearest.size() < most && !(name = nearest_name(given, names)).empty();) {
    nearest.push_back(name);
    std::erase(names, name);
  }
  if (!nearest.empty()) return "; nearest: " + join(nearest);
  if (names.size() > most) names.erase(names.begin(), names.end() - most);
  return names.empty() ? "; there are none" : "; the newest are " + join(names);
}

bool holds_parts(const Json& value) {
  if (value.is_object()) return !value.empty();
  if (!value.is_array()) return false;
  return std::ranges::any_of(value.as_array(), [](const Json& part) { return part.is_object() || part.is_array(); });
}

using Leaves = std::vector<std::pair<std::string, Json>>;

/// Lists the parts of a value that have no parts, by their paths; a list of plain values is one.
void collect(const Json& value, const std::string& path, Leaves& leaves) {
  const std::string prefix = path.empty() ? "" : path + ".";
  if (!holds_parts(value)) {
    leaves.emplace_back(path, value);
  } else if (value.is_object()) {
    for (const auto& [key, part] : value.as_object()) collect(part, prefix + key, leaves);
  } else {
    for (size_t i = 0; i < value.size(); ++i) collect(value[i], prefix + std::to_string(i), leaves);
  }
}

Leaves leaves_of(const RunRecord& record) {
  Leaves leaves;
  for (const char* key : {"program", "engine", "kernel_level", "seed", "threads"}) {
    if (const Json* fact = record.facts.find(key)) leaves.emplace_back(key, *fact);
  }
  if (const Json* data = record.facts.find("data")) collect(*data, "data_hash", leaves);
  if (const Json* start = record.facts.find("start")) leaves.emplace_back("start_hash", *start);
  if (const Json* compile = record.facts.find("compile")) collect(*compile, "compile", leaves);
  if (const Json* experiment = record.facts.find("experiment")) collect(*experiment, "", leaves);
  return leaves;
}

}  // namespace

double RunRecord::seconds() const {
  const Json* whole = end.find("seconds");
  if (whole != nullptr && whole->is_number()) return whole->as_real();
  return epochs.empty() ? 0 : epochs.back().seconds;
}

std::vector<RunRecord> read_runs(const Path& folder) {
  std::vector<RunRecord> records;
  for (const Path& path : run_paths(folder)) records.push_back(read_run(path));
  return records;
}

RunRecord find_run(const Path& folder, const std::string& given) {
  std::vector<std::string> names, matching;
  for (const Path& path : run_paths(folder)) names.push_back(path.stem().string());
  for (const std::string& name : names) {
    if (name == given) matching = {name};
    if (name == given) break;
    if (!given.empty() && name.starts_with(given)) matching.push_back(name);
  }
  if (matching.empty()) {
    throw Error(ErrorCode::not_found, "no run \"" + given + "\" in " + folder.string() + nearest_text(given, names));
  }
  if (matching.size() > 1) throw invalid("several runs begin with \"" + given + "\": " + join(matching));
  RunRecord record = read_run(folder / (matching[0] + std::string(ending)));
  if (record.status == "damaged") throw invalid(record.fault);
  return record;
}

std::vector<RunDifference> run_differences(const RunRecord& a, const RunRecord& b) {
  std::vector<RunDifference> all;
  std::map<std::string, size_t> places;
  for (const auto& [name, value] : leaves_of(a)) {
    places[name] = all.size();
    all.push_back({name, value, Json()});
  }
  for (const auto& [name, value] : leaves_of(b)) {
    const auto place = places.find(name);
    if (place == places.end()) {
      all.push_back({name, Json(), value});
    } else {
      all[place->second].b = value;
    }
  }
  std::erase_if(all, [](const RunDifference& one) { return one.a == one.b; });
  return all;
}

}  // namespace sluice
