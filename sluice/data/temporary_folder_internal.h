#pragma once

#include "sluice/base/files.h"

namespace sluice {

/// A new folder below the system's temporary folder, removed with all it holds on destruction.
class TemporaryFolder {
 public:
  /// Throws Error(io).
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const Path& path() const { return path_; }

 private:
  Path path_;
};

}  // namespace sluice
