#include "sluice/tune/stop_signal.h"

namespace sluice {

StopSignal::StopSignal(std::optional<std::chrono::duration<double>> timeout, const std::atomic<bool>* flag)
    : flag_(flag) {
  constexpr std::chrono::duration<double> for_ever = std::chrono::hours(24 * 365 * 100);
  if (!timeout || *timeout > for_ever) return;
  deadline_ =
      std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(*timeout);
}

}  // namespace sluice
