#include "sluice/tune/pruner/registry.h"

#include "sluice/tune/pruner/none.h"

namespace sluice {
namespace {

using PrunerList = SearchRegistry<Pruner>;

/// All pruners there are: add yours here.
const PrunerList& pruners() {
  static const PrunerList list(
      "pruner", {
                    PrunerList::entry<NoPrunerOptions, make_no_pruner>("none", "runs every trial to its end"),
                });
  return list;
}

}  // namespace

std::unique_ptr<Pruner> make_pruner(const Json& description, const SearchProblem& problem, const std::string& path) {
  return pruners().make(description, problem, path);
}

std::vector<SearchPartInfo> describe_pruners() { return pruners().describe(); }

}  // namespace sluice
