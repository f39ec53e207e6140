#pragma once

#include <string>
#include <vector>

namespace sluice::cli {

/// Runs the program with these arguments, its name not among them, and returns its exit code: 0 done, 1 the work
/// failed, 2 the request was wrong, 130 interrupted with results kept.
///
/// Results go to standard output, as text or as one JSON object; progress, warnings and errors to standard error.
int run_program(const std::vector<std::string>& arguments);

}  // namespace sluice::cli
