#pragma once

#include <string>

#include "sluice/base/files.h"

namespace sluice {

/// An exclusive lock on a file that is created when missing, held until destruction or the end of the process, however
/// it ends. Works between processes of one machine.
class FileLock {
 public:
  /// Throws Error(conflict) with `message` when another process holds it, Error(io) when the file cannot be made.
  FileLock(const Path& path, const std::string& message);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  /// Says whether a process holds the lock of a file; false where there is no file. Throws Error(io).
  static bool is_held(const Path& path);

 private:
  int descriptor_;
};

}  // namespace sluice
