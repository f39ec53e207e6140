#include "sluice/base/error.h"
#include "sluice/data/write_files_internal.h"

namespace sluice {
namespace {

Path aside(const Path& path) { return path.string() + ".new"; }

/// The files that are not there yet, then the folders, the innermost first.
std::vector<Path> missing_paths(const Path& folder, const std::vector<NamedBytes>& files) {
  std::vector<Path> missing;
  for (const NamedBytes& file : files) {
    missing.push_back(aside(folder / file.name));
    if (!std::filesystem::exists(folder / file.name)) missing.push_back(folder / file.name);
  }
  for (Path path = folder; !path.empty() && !std::filesystem::exists(path); path = path.parent_path())
    missing.push_back(path);
  return missing;
}

void take_name(const Path& path) {
  std::error_code error;
  std::filesystem::rename(aside(path), path, error);
  if (error) throw Error(ErrorCode::io, "cannot write " + path.string() + ": " + error.message());
}

}  // namespace

void write_files(const Path& folder, const std::vector<NamedBytes>& files) {
  const std::vector<Path> missing = missing_paths(folder, files);
  try {
    make_directories(folder);
    for (const NamedBytes& file : files) write_file(aside(folder / file.name), file.bytes);
    for (const NamedBytes& file : files) take_name(folder / file.name);
    sync_directory(folder);
  } catch (const Error&) {
    std::error_code ignored;
    for (const Path& path : missing) std::filesystem::remove(path, ignored);
    throw;
  }
}

}  // namespace sluice
