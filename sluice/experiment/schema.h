#pragma once

#include "sluice/base/json.h"

namespace sluice {

/// What an experiment file may say, in JSON Schema (draft 2020-12), for editors that complete and check what is typed.
/// What depends on other parts of the file, such as whether a name has a value, is left to `read_experiment`.
Json experiment_schema();

}  // namespace sluice
