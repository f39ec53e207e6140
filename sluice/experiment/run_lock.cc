#include "sluice/experiment/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sluice/base/error.h"

namespace sluice {
namespace {

[[noreturn]] void fail(const Path& path) {
  throw Error(ErrorCode::io, "cannot lock " + path.string() + ": " + std::strerror(errno));
}

}  // namespace

RunLock::RunLock(const Path& path) : descriptor_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {
  if (descriptor_ < 0) fail(path);
  while (::flock(descriptor_, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    ::close(descriptor_);
    fail(path);
  }
}

RunLock::~RunLock() { ::close(descriptor_); }

bool RunLock::is_held(const Path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path);
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

}  // namespace sluice
