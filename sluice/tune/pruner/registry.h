#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sluice/tune/pruner/pruner.h"
#include "sluice/tune/registry.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// Makes the pruner that `description` names: `name` or `{name: {parameters}}`. Throws PathError below `path` for an
/// unknown name (with the nearest known one) or parameter.
std::unique_ptr<Pruner> make_pruner(const Json& description, const SearchProblem& problem, const std::string& path);

/// Returns all pruners in the order of the list in the source.
std::vector<SearchPartInfo> describe_pruners();

}  // namespace sluice
