#pragma once

#include <chrono>
#include <string>

#include "sluice/base/file_lock.h"
#include "sluice/base/files.h"
#include "sluice/base/json.h"

namespace sluice {

/// Writes the record of one run of training while it runs: docs/formats/run.md.
class RunLog {
 public:
  /// Makes FOLDER/DATE-TIME-EXPERIMENT.jsonl, under a name that no other run has, with `facts` as its first line.
  /// Throws Error(io).
  RunLog(const Path& folder, const std::string& experiment, const Json& facts);

  const std::string& name() const { return name_; }

  /// Adds a line. It is on disk when the log ends, and before where that takes less than a twentieth of the time.
  void add(const Json& line);

  /// Adds the last line and makes all of them durable. Throws Error(io).
  void end(const Json& line);

  /// Removes the record.
  void discard() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::string name_;
  Path path_;
  FileLock lock_;  ///< Tells readers that the run is going on.
  AppendFile file_;
  std::string pending_;
  Clock::time_point last_end_;
  Clock::duration last_cost_{};

  void flush();
};

}  // namespace sluice
