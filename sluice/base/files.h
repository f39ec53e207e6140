#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice {

using Path = std::filesystem::path;

/// Reads a whole file. Throws Error(not_found) when it does not exist, Error(invalid_argument) when the user may not
/// read it, Error(io) when it cannot be read, all naming it.
std::string read_file(const Path& path);

/// Returns the file that a path means: what a symbolic link points to, be it there or not.
Path behind_links(const Path& path);

/// Returns the folder that holds a path: "." for a bare name.
Path folder_of(const Path& path);

/// Replaces `path` with `bytes` such that a crash leaves either the old file or the new one: writes `PATH.unfinished`,
/// syncs it, renames it, syncs the folder. A symbolic link stays, and its target is replaced; the mode of a file that
/// was there stays. What a killed process left is written over. Throws Error(io) with the system's reason; nothing is
/// left behind then.
void write_file(const Path& path, std::string_view bytes);

/// Removes what killed processes left of `write_file` in a folder in which nobody writes now.
void remove_unfinished_files(const Path& directory);

/// Makes the folder and its parents, durable when this returns. Throws Error(io) naming what cannot be made.
void make_directories(const Path& path);

/// Makes entries of a folder durable. Throws Error(io).
void sync_directory(const Path& path);

/// A file that only grows. Each `append` is on disk when it returns.
class AppendFile {
 public:
  /// Opens or creates `path`; `keep` is how many bytes of it stay, the rest is cut off. Throws Error(io).
  AppendFile(const Path& path, size_t keep);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Writes the bytes at the end and syncs. When that fails, cuts the file back to its former end and throws Error(io).
  void append(std::string_view bytes);

 private:
  Path path_;
  int descriptor_;
  size_t size_;
};

}  // namespace sluice
