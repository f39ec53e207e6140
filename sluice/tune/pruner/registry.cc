#include "sluice/tune/pruner/registry.h"

#include "sluice/tune/pruner/asha.h"
#include "sluice/tune/pruner/hyperband.h"
#include "sluice/tune/pruner/median.h"
#include "sluice/tune/pruner/none.h"
#include "sluice/tune/pruner/top_k.h"

namespace sluice {
namespace {

using PrunerList = SearchRegistry<Pruner>;

/// All pruners there are: add yours here.
const PrunerList& pruners() {
  static const PrunerList list(
      "pruner", {
                    PrunerList::entry<NoPrunerOptions, make_no_pruner>("none", "runs every trial to its end"),
                    PrunerList::entry<AshaPrunerOptions, make_asha_pruner>(
                        "asha", "lets the best third of the trials go on for three times as long, again and again"),
                    PrunerList::entry<MedianPrunerOptions, make_median_pruner>(
                        "median", "lets trials go on that are not worse than the median at their epoch"),
                    PrunerList::entry<HyperbandPrunerOptions, make_hyperband_pruner>(
                        "hyperband", "deals the trials to several `asha`s, some of which judge later"),
                    PrunerList::entry<TopKPrunerOptions, make_top_k_pruner>(
                        "top_k", "trains all trials for an epoch, then the best k to their end"),
                });
  return list;
}

}  // namespace

std::unique_ptr<Pruner> make_pruner(const Json& description, const SearchProblem& problem, const std::string& path) {
  return pruners().make(description, problem, path);
}

std::vector<SearchPartInfo> describe_pruners() { return pruners().describe(); }

}  // namespace sluice
