#pragma once

#include "sluice/experiment/experiment.h"

namespace sluice {

/// Throws PathError for a `$name` outside of model, fit, and the choices, defaults and enqueued values that go there.
void check_name_places(const Json& file);

/// Throws PathError for a parameter of the space or a name of the defaults that neither model nor fit uses; not
/// where the model is a file that was put in place of the layers.
void check_names_used(const Experiment& experiment);

}  // namespace sluice
