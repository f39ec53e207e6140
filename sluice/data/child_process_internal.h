#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "sluice/base/files.h"

namespace sluice {

/// What a program left.
struct ProcessResult {
  int exit_code = 0;  ///< 128 + the signal when one ended it
  std::string output;
  std::string errors;
};

/// Runs a program, found on $PATH, to its end, without a shell, with `folder` as its working directory and nothing to
/// read. What it prints goes through two files in `folder`.
///
/// Throws Error(failed) "program PROGRAM is missing; HINT" when there is no such program, Error(io) when it cannot
/// start, Error(interrupted) when `stop` (null: never) is set: the program and those it started were ended then.
ProcessResult run_process(const std::vector<std::string>& arguments, const Path& folder, const std::string& hint,
                          const std::atomic<bool>* stop);

}  // namespace sluice
