#include "sluice/base/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "sluice/base/error.h"

namespace sluice {
namespace {

[[noreturn]] void fail(const std::string& what, const Path& path, int error) {
  throw Error(ErrorCode::io, what + " " + path.string() + ": " + std::strerror(error));
}

/// A file descriptor that closes itself.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

/// Writes everything; returns 0 or errno.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

/// A signal that has a handler and comes while we wait for a pipe asks us to stop.
[[noreturn]] void fail_reading(const Path& path, int error) {
  if (error == EINTR) throw Error(ErrorCode::interrupted, "interrupted while reading " + path.string());
  fail("cannot read", path, error);
}

std::string room_for(const Path& path, size_t size) {
  try {
    return std::string(size, '\0');
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::io, "out of memory: " + path.string() + " has " + std::to_string(size) + " bytes");
  }
}

constexpr std::string_view unfinished = ".unfinished";

bool is_file_at(int descriptor, const Path& path) {
  struct stat opened{};
  struct stat found{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &found) == 0 && opened.st_dev == found.st_dev &&
         opened.st_ino == found.st_ino;
}

int wait_for_lock(int descriptor) {
  int result = ::flock(descriptor, LOCK_EX);
  while (result != 0 && errno == EINTR) result = ::flock(descriptor, LOCK_EX);
  return result;
}

/// Opens the file in which `path` is written aside, alone and empty; returns errno, or 0.
int open_aside(const Path& aside, Descriptor& file) {
  do {
    if (file.value >= 0) ::close(file.value);
    file.value = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file.value < 0 || wait_for_lock(file.value) != 0) return errno;
  } while (!is_file_at(file.value, aside));  // Another writer may have finished and renamed it.
  return ::ftruncate(file.value, 0) == 0 ? 0 : errno;
}

/// Gives a file that takes the place of another the mode of that; returns errno, or 0.
int keep_mode(int descriptor, const Path& replaced) {
  struct stat old{};
  constexpr mode_t permissions = 07777;
  if (::stat(replaced.c_str(), &old) != 0) return 0;
  return ::fchmod(descriptor, old.st_mode & permissions) == 0 ? 0 : errno;
}

}  // namespace

Path folder_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

Path behind_links(const Path& path) {
  constexpr int most_links = 40;  // As many as Linux follows.
  std::error_code error;
  Path found = path;
  for (int left = most_links; left > 0 && std::filesystem::is_symlink(found, error); --left)
    found = folder_of(found) / std::filesystem::read_symlink(found, error);
  return found;
}

std::string read_file(const Path& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0) {
    if (errno == ENOENT || errno == ENOTDIR) throw Error(ErrorCode::not_found, "no file " + path.string());
    if (errno == EACCES) throw invalid("cannot read " + path.string() + ": " + std::strerror(errno));
    fail_reading(path, errno);
  }
  struct stat status{};
  if (::fstat(file.value, &status) != 0) fail("cannot read", path, errno);
  if (S_ISDIR(status.st_mode)) throw invalid("expected a file, got the folder " + path.string());
  std::string bytes = room_for(path, static_cast<size_t>(status.st_size));
  size_t filled = 0;
  while (true) {
    if (filled == bytes.size()) bytes.resize(bytes.size() + 4096);
    ssize_t got = ::read(file.value, bytes.data() + filled, bytes.size() - filled);
    if (got < 0) fail_reading(path, errno);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

void write_file(const Path& given, std::string_view bytes) {
  const Path path = behind_links(given);
  const Path aside = path.string() + std::string(unfinished);
  Descriptor file{-1};
  int error = open_aside(aside, file);
  if (file.value < 0) fail("cannot write", path, error);
  if (error == 0) error = write_all(file.value, bytes);
  if (error == 0) error = keep_mode(file.value, path);
  if (error == 0 && ::fsync(file.value) != 0) error = errno;
  if (error == 0 && ::rename(aside.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(aside.c_str());
    fail("cannot write", path, error);
  }
  sync_directory(folder_of(path));
}

void remove_unfinished_files(const Path& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (entry.path().string().ends_with(unfinished)) std::filesystem::remove(entry.path(), ignored);
  }
}

void make_directories(const Path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return;
  if (path.has_parent_path() && path.parent_path() != path) make_directories(path.parent_path());
  if (std::filesystem::create_directory(path, error)) sync_directory(folder_of(path));
  if (error) throw Error(ErrorCode::io, "cannot make the folder " + path.string() + ": " + error.message());
}

void sync_directory(const Path& path) {
  Descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.value < 0 || ::fsync(folder.value) != 0) fail("cannot sync", path, errno);
}

AppendFile::AppendFile(const Path& path, size_t keep)
    : path_(path), descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666)), size_(keep) {
  if (descriptor_ < 0) fail("cannot write", path, errno);
  if (::ftruncate(descriptor_, static_cast<off_t>(keep)) == 0 && ::lseek(descriptor_, 0, SEEK_END) >= 0 &&
      ::fsync(descriptor_) == 0) {
    sync_directory(folder_of(path));
    return;
  }
  int error = errno;
  ::close(descriptor_);
  fail("cannot write", path, error);
}

AppendFile::~AppendFile() { ::close(descriptor_); }

void AppendFile::append(std::string_view bytes) {
  int error = write_all(descriptor_, bytes);
  if (error == 0 && ::fdatasync(descriptor_) != 0) error = errno;
  if (error != 0) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size_)) == 0) ::lseek(descriptor_, 0, SEEK_END);
    fail("cannot write", path_, error);
  }
  size_ += bytes.size();
}

}  // namespace sluice
