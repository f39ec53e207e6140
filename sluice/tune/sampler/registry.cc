#include "sluice/tune/sampler/registry.h"

#include "sluice/tune/sampler/cma_es.h"
#include "sluice/tune/sampler/gp.h"
#include "sluice/tune/sampler/grid.h"
#include "sluice/tune/sampler/quasi_random.h"
#include "sluice/tune/sampler/random.h"
#include "sluice/tune/sampler/tpe.h"

namespace sluice {
namespace {

using SamplerList = SearchRegistry<Sampler>;

/// All samplers there are: add yours here.
const SamplerList& samplers() {
  static const SamplerList list("sampler", {
                                               SamplerList::entry<RandomSamplerOptions, make_random_sampler>(
                                                   "random", "draws every parameter independently"),
                                               SamplerList::entry<QuasiRandomSamplerOptions, make_quasi_random_sampler>(
                                                   "quasi_random", "spreads trials evenly over the space"),
                                               SamplerList::entry<GridSamplerOptions, make_grid_sampler>(
                                                   "grid", "tries every combination once, in shuffled order"),
                                               SamplerList::entry<TpeSamplerOptions, make_tpe_sampler>(
                                                   "tpe", "draws near good trials and away from all others"),
                                               SamplerList::entry<GpSamplerOptions, make_gp_sampler>(
                                                   "gp", "goes where a Gaussian process expects most"),
                                               SamplerList::entry<CmaEsSamplerOptions, make_cma_es_sampler>(
                                                   "cma_es", "moves a normal distribution over the ordered parameters"),
                                           });
  return list;
}

}  // namespace

std::unique_ptr<Sampler> make_sampler(const Json& description, const SearchProblem& problem, const std::string& path) {
  return samplers().make(description, problem, path);
}

std::vector<SearchPartInfo> describe_samplers() { return samplers().describe(); }

}  // namespace sluice
