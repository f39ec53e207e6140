#include "sluice/nn/team.h"

#include <immintrin.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "sluice/base/error.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// Returns when the number is no longer `old`. Looks for some 20 µs before it lets the system wake it: that long a
/// member of a small step may be late.
template <class Number>
void await_change(const std::atomic<Number>& number, Number old) {
  constexpr int looks = 500;
  for (int look = 0; look < looks; ++look) {
    if (number.load(std::memory_order_acquire) != old) return;
    _mm_pause();
  }
  number.wait(old, std::memory_order_acquire);
}

}  // namespace

Team::Team(int size) : arrays_(size), sums_(size), failures_(size) {
  try {
    for (int member = 1; member < size; ++member) threads_.emplace_back([this, member] { serve(member); });
  } catch (const std::system_error& error) {
    end();
    throw Error(ErrorCode::io, "cannot start " + std::to_string(size) + " threads: " + error.what());
  }
}

Team::~Team() { end(); }

void Team::end() {
  ends_ = true;
  ++starts_;
  starts_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Team::serve(int member) {
  const KernelScope scope;
  for (uint32_t start = 0;; ++start) {
    await_change(starts_, start);
    if (ends_) return;
    if (member < active_) work(member);
    if (--working_ == 0) working_.notify_all();
  }
}

void Team::work(int member) {
  try {
    (*work_)(member);
  } catch (const Abandoned&) {
  } catch (...) {
    failures_[member] = std::current_exception();
    failed_ = true;
    ++rounds_;
    rounds_.notify_all();
  }
}

void Team::run(int active, const std::function<void(int)>& work) {
  work_ = &work;
  active_ = active;
  arrived_ = 0;
  failed_ = false;
  std::ranges::fill(failures_, nullptr);
  working_ = size() - 1;
  ++starts_;
  starts_.notify_all();
  this->work(0);
  for (int left = working_; left > 0; left = working_) await_change(working_, left);
  for (const std::exception_ptr& failure : failures_) {
    if (failure) std::rethrow_exception(failure);
  }
}

void Team::wait() {
  const uint32_t round = rounds_;
  if (failed_) throw Abandoned();
  if (++arrived_ == active_) {
    arrived_ = 0;
    ++rounds_;
    rounds_.notify_all();
  } else {
    await_change(rounds_, round);
  }
  if (failed_) throw Abandoned();
}

void Team::sum(int member, std::span<float> values) {
  arrays_[member] = values;
  wait();
  std::vector<float>& sums = sums_[member];
  sums.assign(arrays_[0].begin(), arrays_[0].end());
  for (int other = 1; other < active_; ++other) {
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += arrays_[other][i];
  }
  wait();
  std::ranges::copy(sums, values.begin());
}

}  // namespace sluice
