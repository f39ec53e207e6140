#include "sluice/experiment/log_file.h"

#include "sluice/base/error.h"

namespace sluice {

void LogFile::open(const Path& path, std::optional<int64_t> keep) {
  if (path.has_parent_path()) make_directories(path.parent_path());
  std::error_code missing;
  const auto found = std::filesystem::file_size(path, missing);
  const int64_t size = missing ? 0 : static_cast<int64_t>(found);
  size_ = keep.value_or(size);
  if (size_ > size) {
    throw Error(ErrorCode::io, path.string() + ": expected the " + std::to_string(size_) +
                                   " bytes that this training wrote before, it has " + std::to_string(size));
  }
  file_ = std::make_unique<AppendFile>(path, static_cast<size_t>(size_));
}

void LogFile::append(std::string_view bytes) {
  file_->append(bytes);
  size_ += static_cast<int64_t>(bytes.size());
}

}  // namespace sluice
