#include "sluice/base/folder_check.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sluice/base/error.h"

namespace sluice {
namespace {

/// Returns why no entry can be made in a folder that is there, or "".
std::string refusal(const Path& folder) {
  std::string probe = (folder / ".sluice-XXXXXX").string();
  if (::mkdtemp(probe.data()) == nullptr) return std::strerror(errno);
  ::rmdir(probe.c_str());
  return "";
}

/// Returns what is in the way of the folder, or "".
std::string obstacle(const Path& folder) {
  std::error_code error;
  const auto status = std::filesystem::status(folder, error);
  if (std::filesystem::is_directory(status)) return refusal(folder);
  if (std::filesystem::exists(status)) return "there is no folder " + folder.string();
  if (std::filesystem::is_symlink(std::filesystem::symlink_status(folder, error)))
    return folder.string() + " is a link to " + std::filesystem::read_symlink(folder).string() + ", which is not there";
  if (!folder.has_parent_path()) return refusal(".");
  return obstacle(folder.parent_path());
}

}  // namespace

void check_writable_folder(const Path& path) {
  const std::string found = obstacle(path);
  if (!found.empty()) throw invalid("cannot write " + path.string() + ": " + found);
}

}  // namespace sluice
