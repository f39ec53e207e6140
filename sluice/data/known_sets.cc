#include "sluice/data/known_sets.h"

#include <cstdlib>

#include "sluice/base/error.h"
#include "sluice/base/suggest.h"
#include "sluice/formats/idx.h"

namespace sluice {
namespace {

std::vector<KnownSplit> mnist_splits() {
  return {{"train", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
          {"test", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}};
}

/// Returns the file as it is, or gzipped, or "" when there is neither.
Path find_file(const Path& folder, const std::string& file) {
  for (const char* ending : {"", ".gz"}) {
    Path path = folder / (file + ending);
    if (std::filesystem::is_regular_file(path)) return path;
  }
  return {};
}

std::vector<Path> search_folders(const Path& data_dir) {
  std::vector<Path> folders;
  if (!data_dir.empty()) folders.push_back(data_dir);
  const char* variable = std::getenv("SLUICE_DATA");
  if (variable != nullptr && *variable != '\0') folders.emplace_back(variable);
  folders.emplace_back("data");
  return folders;
}

const KnownSet& require_set(const std::string& name) {
  if (const KnownSet* set = find_known_set(name)) return *set;
  std::vector<std::string> names;
  for (const KnownSet& set : known_sets()) names.push_back(set.name);
  throw invalid(unknown_name("data set", name, names));
}

const KnownSplit& require_split(const KnownSet& set, const std::string& name) {
  std::vector<std::string> names;
  for (const KnownSplit& split : set.splits) {
    if (split.name == name) return split;
    names.push_back(split.name);
  }
  if (name.empty())
    throw invalid("data set " + set.name + " needs a split: " + set.name + "/" + join(names, " or " + set.name + "/"));
  throw invalid(unknown_name("split of " + set.name, name, names));
}

[[noreturn]] void fail_absent(const KnownSet& set, const KnownSplit& split) {
  std::string text = "data set " + set.name + " is not here; ";
  if (set.can_get) throw Error(ErrorCode::not_found, text + "get it with: sluice datasets get " + set.name);
  throw Error(ErrorCode::not_found, text + "expected " + split.images + " and " + split.labels + " (or .gz) in " +
                                        set.name + "/ below --data-dir, $SLUICE_DATA or ./data");
}

}  // namespace

const std::vector<KnownSet>& known_sets() {
  static const std::vector<KnownSet> sets = {
      {"mnist", "70,000 handwritten digits, 28 x 28 grey, 10 classes", mnist_splits(), true},
      {"fashion-mnist", "70,000 garments, 28 x 28 grey, 10 classes", mnist_splits(), false},
  };
  return sets;
}

const KnownSet* find_known_set(std::string_view name) {
  for (const KnownSet& set : known_sets()) {
    if (set.name == name) return &set;
  }
  return nullptr;
}

Path find_known_split(const KnownSet& set, const KnownSplit& split, const Path& data_dir) {
  for (const Path& folder : search_folders(data_dir)) {
    Path place = folder / set.name;
    if (!find_file(place, split.images).empty() && !find_file(place, split.labels).empty()) return place;
  }
  return {};
}

Dataset load_known_set(const std::string& name, const std::string& split_name, const Path& data_dir) {
  const KnownSet& set = require_set(name);
  const KnownSplit& split = require_split(set, split_name);
  Path folder = find_known_split(set, split, data_dir);
  if (folder.empty()) fail_absent(set, split);
  Path images = find_file(folder, split.images);
  Path labels = find_file(folder, split.labels);
  SourcedTensor arrays[] = {{images.string(), read_idx(images)}, {labels.string(), read_idx(labels)}};
  check_same_rows(arrays);
  return {.inputs = {{"", arrays[0].tensor}}, .labels = {{"", arrays[1].tensor}}};
}

}  // namespace sluice
