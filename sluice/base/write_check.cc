#include "sluice/base/write_check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sluice/base/error.h"

namespace sluice {
namespace {

/// Makes and closes a file without a name, of which a kill leaves nothing; returns errno, or 0.
int try_nameless_file(const Path& folder) {
  const int probe = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (probe < 0) return errno;
  ::close(probe);
  return 0;
}

/// As above with a name, for file systems that have no files without one.
int try_file(const Path& folder) {
  std::string name = (folder / ".sluice-XXXXXX").string();
  const int probe = ::mkostemp(name.data(), O_CLOEXEC);
  if (probe < 0) return errno;
  ::close(probe);
  ::unlink(name.c_str());
  return 0;
}

/// Returns why no file can be made in a folder that is there, or "".
std::string refusal(const Path& folder) {
  int error = try_nameless_file(folder);
  if (error == EOPNOTSUPP || error == EISDIR || error == EINVAL) error = try_file(folder);
  return error == 0 ? "" : std::strerror(error);
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

void check_writable(const Path& path) {
  const Path file = behind_links(path);
  const Path folder = folder_of(file);
  if (std::filesystem::is_directory(file)) throw invalid("cannot write " + path.string() + ": it is a folder");
  if (!std::filesystem::is_directory(folder))
    throw invalid("cannot write " + path.string() + ": there is no folder " + folder.string());
  const std::string found = refusal(folder);
  if (!found.empty()) throw invalid("cannot write " + path.string() + ": " + found);
}

void check_writable_folder(const Path& path) {
  const std::string found = obstacle(path);
  if (!found.empty()) throw invalid("cannot write " + path.string() + ": " + found);
}

}  // namespace sluice
