#include "sluice/experiment/training_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sluice/base/error.h"

namespace sluice {
namespace {

/// Whether the open file still has its name: its holder removes it.
bool has_name(int descriptor, const Path& path) {
  struct stat open{};
  struct stat named{};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

/// Returns the open file, locked; -1 with errno when it cannot be.
int open_locked(const Path& path) {
  while (true) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) return -1;
    const int error = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    if (error == 0 && has_name(descriptor, path)) return descriptor;
    ::close(descriptor);
    errno = error;
    if (error != 0 && error != EINTR) return -1;
  }
}

/// The process that a lock file names.
std::string holder(const Path& path) {
  try {
    const std::string number = read_file(path);
    return number.empty() ? "another process" : "process " + number;
  } catch (const Error&) {
    return "another process";
  }
}

/// A full disk only leaves the number out.
void write_number(int descriptor) {
  const std::string number = std::to_string(::getpid());
  if (::ftruncate(descriptor, 0) != 0 || ::write(descriptor, number.data(), number.size()) < 0) return;
}

}  // namespace

TrainingLock::TrainingLock(const Path& model) : path_(model.string() + ".lock"), descriptor_(open_locked(path_)) {
  const int error = errno;
  if (descriptor_ < 0 && error == EWOULDBLOCK)
    throw Error(ErrorCode::conflict, model.string() + " is being trained by " + holder(path_));
  if (descriptor_ < 0) throw Error(ErrorCode::io, "cannot lock " + path_.string() + ": " + std::strerror(error));
  write_number(descriptor_);
}

TrainingLock::~TrainingLock() {
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace sluice
