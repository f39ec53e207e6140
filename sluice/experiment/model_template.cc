#include "sluice/experiment/model_template.h"

#include <algorithm>
#include <utility>

#include "sluice/experiment/document.h"
#include "sluice/experiment/reference.h"

namespace sluice {
namespace {

constexpr size_t most_entries = 10'000;

const Json* only_part(const Json& entry, const char* key) {
  return entry.is_object() && entry.size() == 1 ? entry.find(key) : nullptr;
}

Json filled_names(const Json& names, const std::string& path, const Json& values) {
  if (names.is_string()) return replace_in_text(names.as_string(), path, values);
  if (!names.is_array()) return names;
  Json filled = names;
  for (size_t i = 0; i < names.size(); ++i) filled.as_array()[i] = filled_names(names[i], join_path(path, i), values);
  return filled;
}

/// Replaces references within the texts that name entries, also in the parameters of a layer.
Json with_filled_names(const Json& entry, const std::string& path, const Json& values, bool parameters = false) {
  if (!entry.is_object()) return entry;
  Json filled = entry;
  for (auto& [key, value] : filled.as_object()) {
    const bool names = key == "name" || (!parameters && (key == "use" || key == "inputs" || key == "outputs"));
    if (names) {
      value = filled_names(value, join_path(path, key), values);
    } else if (!parameters) {
      value = with_filled_names(value, join_path(path, key), values, true);
    }
  }
  return filled;
}

class Expansion {
 public:
  std::vector<PlacedEntry> entries;

  void add_list(const Json& model, const std::string& path, const Json& values) {
    const Json list = model.is_string() ? replace_references(model, path, values) : model;
    const std::string key = path.substr(path.rfind('/') + 1);
    if (!list.is_array()) throw PathError(path, key + ": expected a list of layers, got " + shown(list));
    for (size_t i = 0; i < list.size(); ++i) add(list[i], join_path(path, i), values);
  }

 private:
  void add(const Json& written, const std::string& path, const Json& values) {
    const Json entry = written.is_string() ? replace_references(written, path, values) : written;
    if (const Json* part = choose_of(entry)) return choose(*part, path + "/Choose", values);
    if (const Json* part = repeat_of(entry)) return repeat(*part, path + "/Repeat", values);
    if (entries.size() == most_entries) throw PathError(path, "the model has more than 10,000 entries");
    entries.push_back({replace_references(with_filled_names(entry, path, values), path, values), path});
  }

  void choose(const Json& choose, const std::string& path, const Json& values) {
    if (!choose.is_object() || !choose.contains("by"))
      throw PathError(path, "Choose: expected {by: $name, value: [layers], …}, got " + shown(choose));
    const std::string key = choice_key(replace_references(choose.at("by"), path + "/by", values));
    std::vector<std::string> known;
    for (const auto& part : choose.as_object()) {
      if (part.first != "by") known.push_back(part.first);
    }
    if (std::ranges::find(known, key) == known.end())
      throw PathError(path, "Choose: by is \"" + key + "\", but there are " + join(known) + " to choose from");
    add_list(choose.at(key), join_path(path, key), values);
  }

  void repeat(const Json& repeat, const std::string& path, const Json& values) {
    check_keys(repeat, path, "Repeat", repeat_keys());
    for (const char* key : {"times", "layers"}) {
      if (!repeat.contains(key)) throw PathError(path, std::string("Repeat: missing \"") + key + "\"");
    }
    const Json times = replace_references(repeat.at("times"), path + "/times", values);
    const auto count = read_part<int64_t>(Json::Object{{"times", times}}, path, "times", 0, at_least(0));
    Json inside = values;
    for (int64_t index = 0; index < count; ++index) {
      inside["index"] = index;
      const size_t before = entries.size();
      add_list(repeat.at("layers"), path + "/layers", inside);
      if (entries.size() == before) return;
    }
  }
};

}  // namespace

std::span<const Key> repeat_keys() {
  static const std::vector<Key> keys = {{"times", "how often; 0 leaves the layers out", schema::integer(at_least(0))},
                                        {"layers", "in which $index counts from 0", schema::defined("model")}};
  return keys;
}

const Json* choose_of(const Json& entry) { return only_part(entry, "Choose"); }

const Json* repeat_of(const Json& entry) { return only_part(entry, "Repeat"); }

std::string choice_key(const Json& value) { return value.is_string() ? value.as_string() : value.dump(); }

std::vector<PlacedEntry> expand_model(const Json& model, const std::string& path, const Json& values) {
  if (model.is_array() && model.empty()) throw PathError(path, "model: expected a list of layers, got []");
  Expansion expansion;
  expansion.add_list(model, path, values.is_null() ? Json::object() : values);
  return std::move(expansion.entries);
}

}  // namespace sluice
