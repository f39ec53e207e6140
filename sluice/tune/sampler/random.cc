#include "sluice/tune/sampler/random.h"

#include "sluice/base/random.h"

namespace sluice {
namespace {

class RandomSampler final : public Sampler {
 public:
  explicit RandomSampler(const SearchProblem& problem) : space_(problem.space), seed_(problem.seed) {}

  std::optional<Params> sample(int64_t number, const std::vector<TrialView>&) const override {
    Params params = Json::object();
    uint32_t position = 0;
    for (const SpaceParameter* parameter : space_.by_name()) {
      const Random random(seed_, Purpose::sampler, position++);
      params[parameter->name] = value_at(parameter->domain, random.uniform(static_cast<uint64_t>(number)));
    }
    return space_.read_params(params, "");
  }

 private:
  Space space_;
  uint64_t seed_;
};

}  // namespace

std::unique_ptr<Sampler> make_random_sampler(const RandomSamplerOptions&, const SearchProblem& problem) {
  return std::make_unique<RandomSampler>(problem);
}

}  // namespace sluice
