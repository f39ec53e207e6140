#include "sluice/nn/initializers/random_normal.h"

#include "sluice/nn/initializers/streams_internal.h"

namespace sluice {
namespace {

template <class Parameters>
class NormalInitializer : public ParameterNamed<Initializer, Parameters> {
 public:
  using ParameterNamed<Initializer, Parameters>::ParameterNamed;
  void fill(const Shape&, const Random& given, std::span<float> values) const override {
    const Random random = stream_of(this->p.seed, given);
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(this->p.mean + this->p.stddev * draw(random, i));
  }

 private:
  static double draw(const Random& random, uint64_t index) {
    return std::is_same_v<Parameters, TruncatedNormal> ? truncated_normal(random, index) : random.normal(index);
  }
};

}  // namespace

NamedType<Initializer> random_normal_type() {
  return named_type<Initializer, RandomNormal, NormalInitializer<RandomNormal>>({"normal"});
}

NamedType<Initializer> truncated_normal_type() {
  return named_type<Initializer, TruncatedNormal, NormalInitializer<TruncatedNormal>>();
}

}  // namespace sluice
