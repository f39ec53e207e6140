#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "sluice/base/files.h"

namespace sluice::testing {

/// A folder of its own for a test, empty at first and removed with it; in memory where the system has a place for that.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (root() / "sluice-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const Path& path() const { return path_; }
  Path operator/(const std::string& name) const { return path_ / name; }

 private:
  Path path_;

  static Path root() {
    return ::access("/dev/shm", W_OK) == 0 ? Path("/dev/shm") : std::filesystem::temp_directory_path();
  }
};

}  // namespace sluice::testing
