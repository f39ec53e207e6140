#pragma once

#include <set>
#include <string>

#include "sluice/experiment/experiment.h"

namespace sluice {

/// Returns the file with each `$name` outside of model, fit and the choices and values that go there replaced by the
/// name's default: what holds for the whole study. Throws PathError for names that are not known, and for those of the
/// space, which have a value in a trial only.
Json resolve_constants(const Json& file);

/// The names that model and fit use, and those in the values that they stand for.
std::set<std::string> names_used(const Experiment& experiment);

/// Throws PathError for a parameter of the space or a name of the defaults that nothing uses; not where the model is a
/// file that was put in place of the layers.
void check_names_used(const Experiment& experiment);

/// Throws PathError where the search has a pruner and the number of epochs depends on the space: rungs must be the same
/// in all trials.
void check_epochs_are_constant(const Experiment& experiment);

}  // namespace sluice
