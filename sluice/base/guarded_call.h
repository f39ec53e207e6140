#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sluice {

/// What a guarded call may use.
struct GuardLimits {
  int64_t memory = int64_t{1} << 30;  ///< Bytes of address space beyond what the process has already.
  int64_t output = int64_t{1} << 30;  ///< Bytes that come back.
  int64_t cpu_seconds = 10;
  int64_t wall_seconds = 600;
};

/// What came back from a guarded call.
struct GuardedResult {
  std::string output;
  std::string fault;  ///< Why the call did not come to its end: "crashed (signal 11)", …; empty when it did.
};

using WriteBytes = std::function<void(std::string_view)>;

/// Calls `work(write)` in a child process and returns what it wrote, for code that may crash, run on, or take all
/// memory. The child opens no file, has no descriptor of ours, and its faults are ours to report, not to suffer.
///
/// The child is a fork that never executes another program: it sees all memory as it was, and what it changes is lost.
/// It has one thread, so `work` must take no lock that another thread may hold at this moment (allocation is safe);
/// the caller holds those that `work` relies on. An exception that leaves `work` is a fault.
///
/// Under g++ 12's address sanitizer, whose allocator is not safe to fork, a process with other threads calls `work`
/// itself (the sanitizer finds its faults then), and memory is not limited.
///
/// Throws Error(io) when no process can be made.
GuardedResult guarded_call(const GuardLimits& limits, const std::function<void(const WriteBytes& write)>& work);

}  // namespace sluice
