#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/data/dataset.h"

namespace sluice {

/// The images and the labels of one split, as IDX files.
struct KnownSplit {
  std::string name;
  std::string images;
  std::string labels;
};

/// A data set that is known by name.
struct KnownSet {
  std::string name;
  std::string description;
  std::vector<KnownSplit> splits;
  /// Whether `get_known_set` can fetch it.
  bool can_get = false;
};

/// All known data sets.
const std::vector<KnownSet>& known_sets();

/// Returns the set of that name, or nullptr.
const KnownSet* find_known_set(std::string_view name);

/// Returns the folder that holds both files of a split, as `FILE` or `FILE.gz`, or "" when there is none. Looks in
/// DIR/NAME for each DIR of `data_dir` (unless empty), $SLUICE_DATA and ./data.
Path find_known_split(const KnownSet& set, const KnownSplit& split, const Path& data_dir);

/// Loads a split, one unnamed input [rows, 28, 28] uint8 and one unnamed label [rows] uint8, from where
/// `find_known_split` finds it.
///
/// Throws Error(invalid_argument) for an unknown name or split, with the nearest known one; Error(not_found) with the
/// command that gets the set when it is not here; and as read_idx and check_same_rows do.
Dataset load_known_set(const std::string& name, const std::string& split, const Path& data_dir = {});

}  // namespace sluice
