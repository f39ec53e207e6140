#include "sluice/tune/sampler/registry.h"

#include "sluice/tune/sampler/grid.h"
#include "sluice/tune/sampler/random.h"

namespace sluice {
namespace {

using List = SearchRegistry<Sampler>;

/// All samplers there are: add yours here.
const List& samplers() {
  static const List list(
      "sampler",
      {
          List::entry<RandomSamplerOptions, make_random_sampler>("random", "draws every parameter independently"),
          List::entry<GridSamplerOptions, make_grid_sampler>("grid", "tries every combination once, in shuffled order"),
      });
  return list;
}

}  // namespace

std::unique_ptr<Sampler> make_sampler(const Json& description, const SearchProblem& problem, const std::string& path) {
  return samplers().make(description, problem, path);
}

std::vector<SearchPartInfo> describe_samplers() { return samplers().describe(); }

}  // namespace sluice
