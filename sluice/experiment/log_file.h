#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "sluice/base/files.h"

namespace sluice {

/// A file to which a callback adds something after each epoch. A training that goes on after a break cuts off what was
/// added since its checkpoint.
class LogFile {
 public:
  /// Opens the file and makes its folder. `keep` is how many bytes of it stay; unset: all. Throws Error(io) when it has
  /// fewer, or cannot be written.
  void open(const Path& path, std::optional<int64_t> keep);

  /// Adds bytes, which are durable then. Throws Error(io).
  void append(std::string_view bytes);

  int64_t size() const { return size_; }

 private:
  std::unique_ptr<AppendFile> file_;
  int64_t size_ = 0;
};

}  // namespace sluice
