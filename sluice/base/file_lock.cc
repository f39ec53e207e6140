#include "sluice/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "sluice/base/error.h"

namespace sluice {
namespace {

[[noreturn]] void fail(const Path& path, int error) {
  throw Error(ErrorCode::io, "cannot lock " + path.string() + ": " + std::strerror(error));
}

/// Takes the lock, or returns why not. Those who ask whether it is held hold it for a moment themselves.
int lock(int descriptor) {
  constexpr int tries = 20;
  for (int left = tries; ::flock(descriptor, LOCK_EX | LOCK_NB) != 0; --left) {
    if (errno != EINTR && (errno != EWOULDBLOCK || left == 0)) return errno;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return 0;
}

}  // namespace

FileLock::FileLock(const Path& path, const std::string& message)
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) fail(path, errno);
  const int error = lock(descriptor_);
  if (error == 0) return;
  ::close(descriptor_);
  if (error == EWOULDBLOCK) throw Error(ErrorCode::conflict, message);
  fail(path, error);
}

FileLock::~FileLock() { ::close(descriptor_); }

bool FileLock::is_held(const Path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return false;
  if (descriptor < 0) fail(path, errno);
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

}  // namespace sluice
