#pragma once

#include <string>
#include <vector>

#include "sluice/base/files.h"

namespace sluice {

/// A file's name in a folder, and what it holds.
struct NamedBytes {
  std::string name;
  std::string bytes;
};

/// Writes files into a folder, which is made where it is missing. All are written aside before the first takes its
/// name. Throws Error(io) naming the one that cannot be written; then no file and no folder is there that was not there
/// before.
void write_files(const Path& folder, const std::vector<NamedBytes>& files);

}  // namespace sluice
