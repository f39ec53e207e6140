#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "sluice/tune/study_result.h"

namespace sluice {

/// Says whether a running study is to stop, and why: its time is up, the user asked, or an error happened. Safe for
/// several threads.
class StopSignal {
 public:
  /// The time begins to run now. `flag` may be null.
  StopSignal(std::optional<std::chrono::duration<double>> timeout, const std::atomic<bool>* flag);

  bool requested() const { return halted_ || interrupted() || timed_out(); }

  /// Requests a stop for an error.
  void halt() { halted_ = true; }

  /// Why a stop was requested; the user's wish goes before the time.
  StopReason reason() const { return interrupted() ? StopReason::interrupted : StopReason::timeout; }

 private:
  bool interrupted() const { return flag_ != nullptr && *flag_; }
  bool timed_out() const { return deadline_ && std::chrono::steady_clock::now() >= *deadline_; }

  std::optional<std::chrono::steady_clock::time_point> deadline_;
  const std::atomic<bool>* flag_;
  std::atomic<bool> halted_ = false;
};

}  // namespace sluice
