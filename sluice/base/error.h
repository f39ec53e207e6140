#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace sluice {

/// Says whose fault an error is. Persistent: the names appear in `--json` output.
enum class ErrorCode {
  invalid_argument,  ///< The request is wrong: a value, a key, a shape, a file of the wrong kind.
  not_found,         ///< The request names a file, column or data set that does not exist.
  conflict,          ///< Another process or another study already holds what was asked for.
  failed,            ///< The work itself failed: training diverged, no trial completed.
  io,                ///< The system failed: disk full, no permission, lost device.
  interrupted,       ///< The user asked to stop; results so far are kept.
  internal,          ///< Our fault.
};

/// Returns the code's name as it is written in `--json` output, such as "invalid_argument".
std::string_view to_string(ErrorCode code);

/// The one exception of this library: a code and one line that says what, where, and what was expected.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

/// Returns `Error(invalid_argument, message)`; `throw invalid("…")` reads as it is meant.
inline Error invalid(const std::string& message) { return {ErrorCode::invalid_argument, message}; }

}  // namespace sluice
