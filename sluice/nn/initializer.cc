#include "sluice/nn/initializer.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/initializers/random_uniform.h"

namespace sluice {
namespace {

struct Zeros {
  static constexpr std::string_view class_name = "Zeros";
  static constexpr std::string_view doc = "All zeros.";
  static constexpr auto fields() { return std::tuple{}; }
};

class ZerosInitializer : public ParameterNamed<Initializer, Zeros> {
 public:
  using ParameterNamed::ParameterNamed;
  void fill(const Shape&, const Random&, std::span<float> values) const override { std::ranges::fill(values, 0.0f); }
};

struct Ones {
  static constexpr std::string_view class_name = "Ones";
  static constexpr std::string_view doc = "All ones.";
  static constexpr auto fields() { return std::tuple{}; }
};

class OnesInitializer : public ParameterNamed<Initializer, Ones> {
 public:
  using ParameterNamed::ParameterNamed;
  void fill(const Shape&, const Random&, std::span<float> values) const override { std::ranges::fill(values, 1.0f); }
};

struct GlorotUniform {
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "GlorotUniform";
  static constexpr std::string_view doc = "Uniform within ±√(6 / (fan_in + fan_out)).";
  static constexpr auto fields() {
    return std::tuple{field("seed", &GlorotUniform::seed, "seed of its own; null: the training's")};
  }
};

/// Inputs of one output element and outputs of one input element, receptive field included, as Keras counts them.
struct Fans {
  explicit Fans(const Shape& shape) {
    if (shape.empty()) return;
    if (shape.size() == 1) {
      in = out = static_cast<double>(shape[0]);
      return;
    }
    double field = 1;
    for (size_t i = 0; i + 2 < shape.size(); ++i) field *= static_cast<double>(shape[i]);
    in = field * static_cast<double>(shape[shape.size() - 2]);
    out = field * static_cast<double>(shape.back());
  }
  double in = 1, out = 1;
};

/// Glorot and Bengio 2010, equation 16.
class GlorotUniformInitializer : public ParameterNamed<Initializer, GlorotUniform> {
 public:
  using ParameterNamed::ParameterNamed;
  void fill(const Shape& shape, const Random& given, std::span<float> values) const override {
    const Random random = p.seed ? Random(static_cast<uint64_t>(*p.seed), Purpose::initializer) : given;
    const Fans fans(shape);
    const double limit = std::sqrt(6.0 / (fans.in + fans.out));
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>((2 * random.uniform(i) - 1) * limit);
  }
};

}  // namespace

const std::vector<NamedType<Initializer>>& named_types(const Initializer*) {
  static const std::vector<NamedType<Initializer>> types{
      named_type<Initializer, Zeros, ZerosInitializer>(),
      named_type<Initializer, Ones, OnesInitializer>(),
      named_type<Initializer, GlorotUniform, GlorotUniformInitializer>(),
      random_uniform_type(),
  };
  return types;
}

InitializerPtr zeros() {
  static const InitializerPtr shared = make_named<Initializer>("zeros", {});
  return shared;
}

InitializerPtr ones() {
  static const InitializerPtr shared = make_named<Initializer>("ones", {});
  return shared;
}

InitializerPtr glorot_uniform() {
  static const InitializerPtr shared = make_named<Initializer>("glorot_uniform", {});
  return shared;
}

}  // namespace sluice
