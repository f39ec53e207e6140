#pragma once

#include "sluice/base/files.h"

namespace sluice {

/// Held on the record of a run while the run goes on; the system lets go of it when the process ends, however it does.
class RunLock {
 public:
  /// Takes the lock of a file that exists; waits for readers that look at it. Throws Error(io).
  explicit RunLock(const Path& path);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// Says whether a process holds the lock. Throws Error(io).
  static bool is_held(const Path& path);

 private:
  int descriptor_;
};

}  // namespace sluice
