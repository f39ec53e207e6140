#include "sluice/experiment/memory_room.h"

#include <new>
#include <string>

#include "sluice/experiment/trial_memory.h"

namespace sluice {
namespace {

class TooBig : public std::bad_alloc {
 public:
  explicit TooBig(const std::string& why) : message_("out of memory: " + why) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

std::string megabytes(int64_t bytes) { return std::to_string(bytes / 1000000) + " MB"; }

}  // namespace

MemoryRoom::Share MemoryRoom::take(const TrialPlan& plan) {
  if (!bytes_) return {*this, 0};
  const std::optional<int64_t> needed = trial_memory(plan);
  if (!needed || *needed > *bytes_) {
    const std::string takes = needed ? "about " + megabytes(*needed) : std::string("more than there can be");
    throw TooBig("the training takes " + takes + ", " + megabytes(*bytes_) + " are free");
  }
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [&] { return taken_ + *needed <= *bytes_; });
  taken_ += *needed;
  return {*this, *needed};
}

MemoryRoom::Share::~Share() {
  {
    std::lock_guard lock(room_.mutex_);
    room_.taken_ -= bytes_;
  }
  room_.freed_.notify_all();
}

}  // namespace sluice
