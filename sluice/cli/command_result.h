#pragma once

#include <optional>
#include <string>

#include "sluice/base/error.h"
#include "sluice/base/json.h"

namespace sluice::cli {

/// What a command came to. Exactly one of the two forms goes to standard output.
struct CommandResult {
  Json json = Json::object();
  std::string text;            ///< For people; ends with a line end where it is not empty.
  std::optional<Error> error;  ///< Results are kept, and yet something went wrong: no trial completed, interrupted.
};

}  // namespace sluice::cli
