#include "sluice/tune/sampler/quasi_random.h"

#include "sluice/base/random.h"
#include "sluice/tune/sampler/sobol.h"

namespace sluice {
namespace {

constexpr uint32_t quasi_random_stream = 7U << 28;  // Persistent: another makes other trials.

class QuasiRandomSampler final : public Sampler {
 public:
  explicit QuasiRandomSampler(const SearchProblem& problem)
      : space_(problem.space), seed_(problem.seed), given_(static_cast<int64_t>(problem.given.size())) {}

  std::optional<Params> sample(int64_t number, const std::vector<TrialView>&) const override {
    Params params = Json::object();
    size_t axis = 0;
    for (const SpaceParameter* parameter : space_.by_name())
      params[parameter->name] = value_at(parameter->domain, uniform(static_cast<uint32_t>(number - given_), axis++));
    return space_.read_params(params, "");
  }

 private:
  double uniform(uint32_t index, size_t axis) const {
    const Random random(seed_, Purpose::sampler, quasi_random_stream + static_cast<uint32_t>(axis));
    if (axis >= sobol_dimensions) return random.uniform(index);
    return scrambled(sobol_bits(index, axis), random) * 0x1p-32;
  }

  Space space_;
  uint64_t seed_;
  int64_t given_;
};

}  // namespace

std::unique_ptr<Sampler> make_quasi_random_sampler(const QuasiRandomSamplerOptions&, const SearchProblem& problem) {
  return std::make_unique<QuasiRandomSampler>(problem);
}

}  // namespace sluice
