#include "sluice/nn/initializers/random_uniform.h"

#include "sluice/nn/initializers/streams_internal.h"

namespace sluice {
namespace {

class RandomUniformInitializer : public ParameterNamed<Initializer, RandomUniform> {
 public:
  using ParameterNamed::ParameterNamed;
  void fill(const Shape&, const Random& given, std::span<float> values) const override {
    const Random random = stream_of(p.seed, given);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>(p.minval + (p.maxval - p.minval) * random.uniform(i));
    }
  }
};

}  // namespace

InitializerPtr make(const RandomUniform& parameters) { return std::make_shared<RandomUniformInitializer>(parameters); }

NamedType<Initializer> random_uniform_type() {
  return named_type<Initializer, RandomUniform, RandomUniformInitializer>({"uniform"});
}

}  // namespace sluice
