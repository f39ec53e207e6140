#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

#include "sluice/experiment/experiment.h"

namespace sluice {

/// The memory that trainings share, so that the system need not end the process for taking too much. Safe for several
/// threads.
class MemoryRoom {
 public:
  /// Nothing: as much as they want.
  explicit MemoryRoom(std::optional<int64_t> bytes) : bytes_(bytes) {}

  /// What one training takes, until it is destroyed.
  class Share {
   public:
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

   private:
    friend class MemoryRoom;
    Share(MemoryRoom& room, int64_t bytes) : room_(room), bytes_(bytes) {}
    MemoryRoom& room_;
    int64_t bytes_;
  };

  /// Waits until there is room for a training beside those that go on. Throws std::bad_alloc, which says
  /// what it takes, where there never will be.
  Share take(const TrialPlan& plan);

 private:
  const std::optional<int64_t> bytes_;
  int64_t taken_ = 0;
  std::mutex mutex_;
  std::condition_variable freed_;
};

}  // namespace sluice
