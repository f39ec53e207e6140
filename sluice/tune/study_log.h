#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "sluice/tune/journal.h"
#include "sluice/tune/ledger.h"

namespace sluice {

/// The journal of a running study together with what it says. Decisions are made anew when a study goes on: those that
/// the journal already has are compared, the others appended. Safe for several threads.
class StudyLog {
 public:
  /// Opens the journal of the directory. Throws what `Journal` throws, and Error(invalid_argument) naming the line for
  /// a record that contradicts earlier ones.
  explicit StudyLog(const Path& directory);

  /// True when the journal already has the decision `ahead` decisions from now.
  bool replaying(size_t ahead = 0) const;

  /// Takes the next decisions of the study. Those that the journal has must equal its own, Error(internal) otherwise;
  /// of an end only the time, as the journal may know of more by now. The rest is appended as the lines of one event.
  void decide(const std::vector<Json>& decisions);

  /// Returns how many trials are asked for when the decision `ahead` decisions from now is made.
  int64_t trials_asked(size_t ahead) const;

  /// Appends records that are no decisions, as the lines of one event.
  void append(const std::vector<Json>& records);

  /// Calls `read(const Ledger&)` while nobody writes, and returns what it returns.
  template <class Read>
  auto read(Read read) const {
    std::lock_guard lock(mutex_);
    return read(static_cast<const Ledger&>(ledger_));
  }

 private:
  void compare(const Json& made) const;

  mutable std::mutex mutex_;
  Path path_;
  Journal journal_;
  Ledger ledger_;
  size_t decided_ = 0;
};

}  // namespace sluice
