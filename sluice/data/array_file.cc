#include "sluice/data/array_file.h"

#include "sluice/base/error.h"
#include "sluice/base/suggest.h"
#include "sluice/data/known_sets.h"
#include "sluice/formats/gzip.h"
#include "sluice/formats/idx.h"
#include "sluice/formats/npy.h"
#include "sluice/formats/zip.h"

namespace sluice {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
  throw invalid(name + ": " + reason + "; supported: " + supported_data());
}

ArrayFile read_arrays(std::string bytes, const std::string& name) {
  if (bytes.empty()) refuse(name, "empty file");
  if (is_zip(bytes)) {
    NpzContents contents = read_npz_numbers(std::move(bytes), name);
    return {std::move(contents.arrays), true, std::move(contents.others)};
  }
  if (is_npy(bytes)) return {{{"", read_npy(bytes, name)}}, false};
  // Nothing else begins with zero, so that a damaged IDX file gets its own message.
  if (bytes[0] == 0) return {{{"", read_idx(std::move(bytes), name)}}, false};
  refuse(name, "unknown content");
}

}  // namespace

ArrayFile read_array_file(const Path& path) {
  std::string name = path.string();
  if (std::filesystem::is_directory(path)) refuse(name, "is a folder");
  ArrayFile file = read_arrays(gunzip(read_file(path), name), name);
  const Tensor& first = file.arrays.empty() ? Tensor() : file.arrays[0].second;
  if (!file.is_npz && first.shape().size() > 1 && first.rows() > 0 && first.size() == 0)
    throw invalid(name + ": expected rows with elements, got an array of " + to_string(first.shape()));
  return file;
}

Tensor read_single_array(const Path& path) {
  ArrayFile file = read_array_file(path);
  if (!file.is_npz) return file.arrays[0].second;
  throw invalid(path.string() + ": is an .npz file, expected one array: IDX or .npy");
}

std::string supported_data() {
  std::vector<std::string> names;
  for (const KnownSet& set : known_sets()) names.push_back(set.name + "/" + set.splits[0].name);
  return "known data sets (" + join(names) + "), IDX and .npy files (gzipped or not), .npz files";
}

}  // namespace sluice
