#include "sluice/tune/sampler/grid.h"

#include <algorithm>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/params/fields.h"

namespace sluice {
namespace {

constexpr int64_t most_combinations = 10'000'000;

int64_t count_combinations(const Space& space) {
  int64_t combinations = 1;
  for (const auto& [name, domain, when] : space.parameters()) {
    auto size = grid_size(domain);
    if (!size)
      throw PathError("/space/" + name, "the grid sampler needs a step for the float parameter \"" + name + "\"");
    if (*size > most_combinations / combinations) {
      throw PathError("/space/" + name, "the grid has more than ten million combinations; take a larger step");
    }
    combinations *= *size;
  }
  return combinations;
}

/// Returns combination `index`; the last parameter by name runs fastest.
Params combination(const Space& space, int64_t index) {
  Params params = Json::object();
  const auto parameters = space.by_name();
  for (auto parameter = parameters.rbegin(); parameter != parameters.rend(); ++parameter) {
    const Domain& domain = (*parameter)->domain;
    const int64_t size = *grid_size(domain);
    params[(*parameter)->name] = grid_value(domain, index % size);
    index /= size;
  }
  return space.read_params(params, "");
}

/// Returns the index of the combination, or -1 when it is not on the grid. Inactive parameters count as at their first
/// value.
int64_t index_of(const Space& space, const Params& params) {
  int64_t index = 0;
  for (const SpaceParameter* parameter : space.by_name()) {
    const Domain& domain = parameter->domain;
    const int64_t size = *grid_size(domain);
    const Json* value = params.find(parameter->name);
    int64_t digit = 0;
    while (value != nullptr && digit < size && grid_value(domain, digit) != *value) ++digit;
    if (digit == size) return -1;
    index = index * size + digit;
  }
  return index;
}

bool has_conditions(const Space& space) {
  return std::ranges::any_of(space.parameters(),
                             [](const SpaceParameter& parameter) { return !parameter.when.empty(); });
}

class GridSampler final : public Sampler {
 public:
  explicit GridSampler(const SearchProblem& problem)
      : space_(problem.space), given_(static_cast<int64_t>(problem.given.size())) {
    constexpr uint32_t grid_stream = 1U << 31;  // Apart from the random sampler's streams.
    Random random(problem.seed, Purpose::sampler, grid_stream);
    order_ = random.permutation(count_combinations(space_));
    if (has_conditions(space_)) {
      std::erase_if(order_, [&](int64_t index) { return index_of(space_, combination(space_, index)) != index; });
    }
    for (const Params& params : problem.given) std::erase(order_, index_of(space_, params));
  }

  std::optional<Params> sample(int64_t number, const std::vector<TrialView>&) const override {
    auto position = static_cast<size_t>(number - given_);
    if (position >= order_.size()) return std::nullopt;
    return combination(space_, order_[position]);
  }

  std::optional<int64_t> most_trials() const override { return given_ + static_cast<int64_t>(order_.size()); }

 private:
  Space space_;
  int64_t given_;
  std::vector<int64_t> order_;
};

}  // namespace

std::unique_ptr<Sampler> make_grid_sampler(const GridSamplerOptions&, const SearchProblem& problem) {
  return std::make_unique<GridSampler>(problem);
}

}  // namespace sluice
