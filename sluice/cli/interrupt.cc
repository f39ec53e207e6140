#include "sluice/cli/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "sluice/base/error.h"

namespace sluice::cli {
namespace {

// A signal handler can reach nothing but globals.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void interrupt(int) {
  if (interrupted.exchange(true)) _exit(130);
}

}  // namespace

const std::atomic<bool>& watch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = interrupt;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return interrupted;
}

void check_interrupt() {
  if (interrupted) throw Error(ErrorCode::interrupted, "interrupted; nothing was written");
}

}  // namespace sluice::cli
