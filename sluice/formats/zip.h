#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/files.h"

namespace sluice {

/// Says whether the bytes begin as a zip file does.
bool is_zip(std::string_view bytes);

/// Reads a zip file held in memory (stored and deflated members, zip64). Not for use by several threads at once.
class ZipReader {
 public:
  /// name  stands for the file in messages
  ///
  /// Throws Error(invalid_argument) naming the file when it is empty, cut off or corrupt, has two members of one name,
  /// or a member claims a size that its packed bytes cannot hold.
  ZipReader(std::string bytes, const std::string& name);
  /// Reads the file; throws Error(not_found) or Error(io) as read_file does, else as above.
  explicit ZipReader(const Path& path);
  ~ZipReader();
  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) noexcept;

  /// The members' names in the order of the file.
  const std::vector<std::string>& members() const;
  bool contains(std::string_view member) const;

  /// Unpacks a member of at most `largest` bytes. Throws Error(invalid_argument) naming file and member when there is
  /// none, when it is larger, encrypted or packed by another method, or when its checksum is wrong.
  std::string read(const std::string& member, uint64_t largest = std::numeric_limits<uint64_t>::max()) const;

 private:
  struct Archive;
  std::unique_ptr<Archive> archive_;
};

/// Writes a zip file into memory: members are stored, dated 1980-01-01, in the order of `add`. The same members give
/// the same bytes. Members of 4 GiB and more become zip64.
class ZipWriter {
 public:
  ZipWriter();
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  /// Throws Error(internal) when there is a member of that name already.
  void add(const std::string& member, std::string bytes);

  /// Returns the file. The writer is empty afterwards.
  std::string finish();

 private:
  struct Members;
  std::unique_ptr<Members> members_;
};

}  // namespace sluice
