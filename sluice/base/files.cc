#include "sluice/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

Path folder_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

}  // namespace

std::string read_file(const Path& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0) {
    if (errno == ENOENT || errno == ENOTDIR) throw Error(ErrorCode::not_found, "no file " + path.string());
    if (errno == EACCES) throw invalid("cannot read " + path.string() + ": " + std::strerror(errno));
    fail("cannot read", path, errno);
  }
  struct stat status{};
  if (::fstat(file.value, &status) != 0) fail("cannot read", path, errno);
  if (S_ISDIR(status.st_mode)) throw invalid("expected a file, got the folder " + path.string());
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  size_t filled = 0;
  while (true) {
    if (filled == bytes.size()) bytes.resize(bytes.size() + 4096);
    ssize_t got = ::read(file.value, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("cannot read", path, errno);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

void write_file(const Path& given, std::string_view bytes) {
  const Path path = std::filesystem::is_symlink(given) ? std::filesystem::weakly_canonical(given) : given;
  std::string aside = path.string() + ".XXXXXX";
  Descriptor file{::mkostemp(aside.data(), O_CLOEXEC)};
  if (file.value < 0) fail("cannot write", path, errno);
  int error = write_all(file.value, bytes);
  if (error == 0 && ::fchmod(file.value, 0644) != 0) error = errno;
  if (error == 0 && ::fsync(file.value) != 0) error = errno;
  if (error == 0 && ::rename(aside.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(aside.c_str());
    fail("cannot write", path, error);
  }
  sync_directory(folder_of(path));
}

void check_writable(const Path& path) {
  Path folder = folder_of(path);
  if (std::filesystem::is_directory(path)) throw invalid("cannot write " + path.string() + ": it is a folder");
  if (!std::filesystem::is_directory(folder)) {
    throw invalid("cannot write " + path.string() + ": there is no folder " + folder.string());
  }
  std::string probe = (folder / ".sluice-XXXXXX").string();
  Descriptor file{::mkostemp(probe.data(), O_CLOEXEC)};
  if (file.value < 0) throw invalid("cannot write " + path.string() + ": " + std::strerror(errno));
  ::unlink(probe.c_str());
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
    : path_(path), descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)), size_(keep) {
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
