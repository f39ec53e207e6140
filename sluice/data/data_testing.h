#pragma once

#include <stdlib.h>

#include <optional>
#include <string>

#include "sluice/base/files.h"

/// Helpers of the tests of the room data.
namespace sluice::testing {

/// Sets an environment variable until the end of the test; nullopt removes it.
class Environment {
 public:
  Environment(const std::string& name, const std::optional<std::string>& value) : name_(name) {
    if (const char* old = std::getenv(name.c_str())) old_ = old;
    set(value);
  }
  ~Environment() { set(old_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::string name_;
  std::optional<std::string> old_;

  void set(const std::optional<std::string>& value) {
    if (value) ::setenv(name_.c_str(), value->c_str(), 1);
    if (!value) ::unsetenv(name_.c_str());
  }
};

/// Makes a folder the working directory until the end of the test.
class WorkingFolder {
 public:
  explicit WorkingFolder(const Path& path) : old_(std::filesystem::current_path()) {
    std::filesystem::current_path(path);
  }
  ~WorkingFolder() { std::filesystem::current_path(old_); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  Path old_;
};

/// Returns a small IDX file of bytes: images [rows, 2, 2], or labels [rows].
inline std::string small_idx(bool images, int rows) {
  std::string bytes = {0, 0, 8, static_cast<char>(images ? 3 : 1), 0, 0, 0, static_cast<char>(rows)};
  if (images) bytes += std::string("\0\0\0\2\0\0\0\2", 8);
  for (int i = 0; i < rows * (images ? 4 : 1); ++i) bytes += static_cast<char>(i);
  return bytes;
}

/// Writes a split of MNIST's file names below `folder`/`set`.
inline void write_small_set(const Path& folder, const std::string& set, const std::string& prefix, int rows) {
  make_directories(folder / set);
  write_file(folder / set / (prefix + "-images-idx3-ubyte"), small_idx(true, rows));
  write_file(folder / set / (prefix + "-labels-idx1-ubyte"), small_idx(false, rows));
}

}  // namespace sluice::testing
