#include "sluice/formats/npz.h"

#include <algorithm>

#include "sluice/base/error.h"
#include "sluice/base/suggest.h"
#include "sluice/formats/npy.h"
#include "sluice/formats/zip.h"

namespace sluice {
namespace {

constexpr std::string_view ending = ".npy";

std::vector<std::string> array_names(const ZipReader& zip, const std::string& file) {
  std::vector<std::string> names;
  for (const std::string& member : zip.members()) {
    if (!member.ends_with(ending))
      throw invalid(file + ": not an .npz file: it holds " + member + ", expected NAME.npy");
    names.push_back(member.substr(0, member.size() - ending.size()));
  }
  return names;
}

void check_known(std::span<const std::string> asked, std::span<const std::string> names, const std::string& file) {
  for (const std::string& name : asked) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw invalid(file + ": " + unknown_name("array", name, names));
    }
  }
}

}  // namespace

NamedTensors read_npz(std::string bytes, const std::string& name, std::span<const std::string> only) {
  ZipReader zip(std::move(bytes), name);
  std::vector<std::string> names = array_names(zip, name);
  check_known(only, names, name);
  if (!only.empty()) names.assign(only.begin(), only.end());
  NamedTensors arrays;
  for (const std::string& array : names) {
    arrays.emplace_back(array, read_npy(zip.read(array + std::string(ending)), name + ": array " + array));
  }
  return arrays;
}

NpzContents read_npz_numbers(std::string bytes, const std::string& name) {
  const ZipReader zip(std::move(bytes), name);
  NpzContents contents;
  for (const std::string& array : array_names(zip, name)) {
    try {
      contents.arrays.emplace_back(array, read_npy(zip.read(array + std::string(ending)), name + ": array " + array));
    } catch (const NotNumbers& error) {
      contents.others.emplace_back(array, error.what());
    }
  }
  return contents;
}

NamedTensors read_npz(const Path& path, std::span<const std::string> only) {
  return read_npz(read_file(path), path.string(), only);
}

std::string write_npz(const NamedTensors& arrays) {
  ZipWriter zip;
  for (const auto& [name, tensor] : arrays) zip.add(name + std::string(ending), write_npy(tensor));
  return zip.finish();
}

}  // namespace sluice
