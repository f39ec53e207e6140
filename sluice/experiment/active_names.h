#pragma once

#include "sluice/experiment/experiment.h"

namespace sluice {

/// Throws PathError where model or fit use a parameter of the space in a place that trials reach in which it is not
/// active. A list of `Choose: {by: $kind}` is reached with the value of `kind` that names it, and a value of a choice
/// with that value.
void check_names_active(const Experiment& experiment);

}  // namespace sluice
