#include "sluice/tune/clock.h"

#include <algorithm>
#include <limits>

#include "sluice/base/error.h"

namespace sluice {

bool Clock::idle() const {
  auto busy = [](const auto& until) { return until.has_value(); };
  return pending_.empty() && std::none_of(busy_until_.begin(), busy_until_.end(), busy);
}

uint64_t Clock::next_event() const {
  uint64_t next = std::numeric_limits<uint64_t>::max();
  for (const auto& until : busy_until_) next = std::min(next, until.value_or(next));
  for (const Pending& pending : pending_) next = std::min(next, pending.visible);
  return next;
}

std::vector<int64_t> Clock::due() const {
  uint64_t next = next_event();
  std::vector<int64_t> jobs;
  for (const Pending& pending : pending_) {
    if (pending.visible <= next) jobs.push_back(pending.job);
  }
  return jobs;
}

void Clock::advance() {
  time_ = next_event();
  for (auto& until : busy_until_) {
    if (until && *until <= time_) until.reset();
  }
  std::erase_if(pending_, [&](const Pending& pending) { return pending.visible <= time_; });
}

std::optional<int64_t> Clock::idle_slot(int64_t from) const {
  for (auto slot = static_cast<size_t>(from); slot < busy_until_.size(); ++slot) {
    if (!busy_until_[slot]) return static_cast<int64_t>(slot);
  }
  return std::nullopt;
}

void Clock::start(int64_t job, int64_t slot, uint64_t cost) {
  constexpr uint64_t latest = std::numeric_limits<int64_t>::max();
  if (cost > (latest - time_) / 3) {
    throw invalid("a study of this size is too long for the logical clock, which counts 2^63 half operations");
  }
  busy_until_[static_cast<size_t>(slot)] = time_ + 2 * cost;
  pending_.push_back({job, time_ + 3 * cost});
}

}  // namespace sluice
