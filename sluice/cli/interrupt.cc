#include "sluice/cli/interrupt.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "sluice/base/error.h"

namespace sluice::cli {
namespace {

// A signal handler can reach nothing but globals.
std::atomic<bool> interrupted = false;
std::atomic<const char*> said_at_interrupt = nullptr;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<const char*>::is_always_lock_free);

void interrupt(int) {
  if (interrupted.exchange(true)) _exit(130);
  const char* notice = said_at_interrupt;
  if (notice == nullptr) return;
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, notice, std::strlen(notice));
  errno = error;
}

}  // namespace

const std::atomic<bool>& watch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = interrupt;
  action.sa_flags = 0;  // No SA_RESTART: reading a pipe that says nothing ends.
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return interrupted;
}

void set_interrupt_notice(const char* notice) { said_at_interrupt = notice; }

void check_interrupt() {
  if (interrupted) throw Error(ErrorCode::interrupted, "interrupted; nothing was written");
}

}  // namespace sluice::cli
