#pragma once

#include <chrono>
#include <ctime>

namespace sluice {

/// Measures wall time.
class WallStopwatch {
 public:
  /// Seconds since it was made.
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Measures short work of the calling thread on a busy machine: the smaller of wall and processor time, as the one
/// counts other programs and the other the clock itself.
class Stopwatch {
 public:
  /// Seconds since it was made.
  double seconds() const {
    const double wall = read(CLOCK_MONOTONIC) - wall_, processor = read(CLOCK_THREAD_CPUTIME_ID) - processor_;
    return wall < processor ? wall : processor;
  }

 private:
  static double read(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  double processor_ = read(CLOCK_THREAD_CPUTIME_ID);
  double wall_ = read(CLOCK_MONOTONIC);
};

}  // namespace sluice
