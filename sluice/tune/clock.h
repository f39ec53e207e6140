#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace sluice {

/// The logical clock of a study: slots, the jobs in them, and when results become visible. It knows costs, not
/// durations, so that what it says is the same on every machine.
///
/// Times are counted in half operations, so that one and a half times a cost is a whole number: a job of cost c started
/// at s holds its slot until s + 2 c, and its result becomes visible at s + 3 c. Events are "a slot frees" and "a
/// result becomes visible". The clock starts at time 0, which is an event with all slots idle.
class Clock {
 public:
  explicit Clock(int64_t slots) : busy_until_(static_cast<size_t>(slots)) {}

  uint64_t time() const { return time_; }

  /// True when no job holds a slot and no result is still to come: there is no next event.
  bool idle() const;

  /// Returns the jobs whose results become visible at the next event, in job order. Needs `!idle()`.
  std::vector<int64_t> due() const;

  /// Moves to the next event: frees slots and forgets the jobs that were due. Needs `!idle()`.
  void advance();

  /// Returns the first idle slot >= `from` at this time, or nothing.
  std::optional<int64_t> idle_slot(int64_t from) const;

  /// Starts a job in an idle slot. Jobs are given in rising order.
  /// Throws Error(invalid_argument) when the time would leave the range of 63 bits.
  void start(int64_t job, int64_t slot, uint64_t cost);

 private:
  struct Pending {
    int64_t job;
    uint64_t visible;
  };

  uint64_t next_event() const;

  uint64_t time_ = 0;
  std::vector<std::optional<uint64_t>> busy_until_;
  std::vector<Pending> pending_;
};

}  // namespace sluice
