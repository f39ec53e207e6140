#include <stdlib.h>

#include <cerrno>
#include <cstring>

#include "sluice/base/error.h"
#include "sluice/data/temporary_folder_internal.h"

namespace sluice {

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  std::string pattern =
      (std::filesystem::absolute(std::filesystem::temp_directory_path(error)) / "sluice-XXXXXX").string();
  if (error || ::mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorCode::io,
                "cannot make a temporary folder " + pattern + ": " + (error ? error.message() : std::strerror(errno)));
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace sluice
