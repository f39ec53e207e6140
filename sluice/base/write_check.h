#pragma once

#include "sluice/base/files.h"

namespace sluice {

/// Checks, before any work is done, that `write_file(path, …)` can succeed: the folder (of a symbolic link its
/// target's) exists and is writable, and `path` is no folder. Throws Error(invalid_argument) naming what is in the way.
void check_writable(const Path& path);

/// Checks, before any work is done, that a folder can be written to or, where it is missing, made with its parents.
/// Throws Error(invalid_argument) naming it and what is in the way.
void check_writable_folder(const Path& path);

}  // namespace sluice
