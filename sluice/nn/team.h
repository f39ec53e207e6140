#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <thread>
#include <vector>

namespace sluice {

/// Threads that share the batches of one training. Member 0 is the thread that calls `run`, which should hold a
/// KernelScope, as the others do.
class Team {
 public:
  /// Starts `size` - 1 threads; `size` >= 1. Throws Error(io) where the system has no more of them.
  explicit Team(int size);
  ~Team();

  int size() const { return static_cast<int>(threads_.size()) + 1; }

  /// Calls `work(member)` by members 0 … `active` - 1 and returns when all have ended. Throws what the first of them
  /// threw; others that wait for it give up then.
  void run(int active, const std::function<void(int member)>& work);

  /// Called by all active members within `run`: returns when all have come.
  void wait();

  /// Called by all active members with arrays of one size: each gets the sums over the members, added up in their
  /// order.
  void sum(int member, std::span<float> values);

 private:
  struct Abandoned {};

  std::vector<std::span<float>> arrays_;  ///< Of the members, in `sum`.
  std::vector<std::vector<float>> sums_;  ///< Likewise, before they take the place of the arrays.
  std::vector<std::exception_ptr> failures_;
  const std::function<void(int)>* work_ = nullptr;
  int active_ = 0;
  bool ends_ = false;
  std::atomic<uint32_t> starts_ = 0;  ///< Counts the calls of `run`.
  std::atomic<int> working_ = 0;      ///< Threads that have not ended the present one.
  std::atomic<int> arrived_ = 0;      ///< Members that wait.
  std::atomic<uint32_t> rounds_ = 0;  ///< Counts the times that all had come.
  std::atomic<bool> failed_ = false;
  std::vector<std::thread> threads_;  ///< Last: they use all of the above.

  void end();
  void serve(int member);
  void work(int member);
};

}  // namespace sluice
