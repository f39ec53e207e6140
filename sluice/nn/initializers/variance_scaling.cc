#include "sluice/nn/initializers/variance_scaling.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/initializers/streams_internal.h"

namespace sluice {
namespace {

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
  double of(FanMode mode) const {
    return std::max(1.0, mode == FanMode::in ? in : mode == FanMode::out ? out : (in + out) / 2);
  }
  double in = 1, out = 1;
};

/// What a normal distribution cut at two standard deviations keeps of its standard deviation.
constexpr double truncated_stddev = 0.8796256610342398;

void fill_scaled(const VarianceScaling& p, const Shape& shape, const Random& random, std::span<float> values) {
  const double fan = Fans(shape).of(p.mode);
  const double limit = std::sqrt(3 * p.scale / fan), stddev = std::sqrt(p.scale / fan);
  for (size_t i = 0; i < values.size(); ++i) {
    switch (p.distribution) {
      case Distribution::uniform: values[i] = static_cast<float>((2 * random.uniform(i) - 1) * limit); break;
      case Distribution::untruncated_normal: values[i] = static_cast<float>(stddev * random.normal(i)); break;
      case Distribution::truncated_normal:
        values[i] = static_cast<float>(stddev / truncated_stddev * truncated_normal(random, i));
    }
  }
}

class VarianceScalingInitializer : public ParameterNamed<Initializer, VarianceScaling> {
 public:
  using ParameterNamed::ParameterNamed;
  void fill(const Shape& shape, const Random& given, std::span<float> values) const override {
    fill_scaled(p, shape, stream_of(p.seed, given), values);
  }
};

/// A known choice of scale, mode and distribution.
struct Choice {
  std::string_view class_name, doc;
  double scale;
  FanMode mode;
  Distribution distribution;
};
constexpr auto choices = std::to_array<Choice>({
    {"GlorotUniform", "Uniform within ±√(6 / (fan_in + fan_out)).", 1, FanMode::average, Distribution::uniform},
    {"GlorotNormal", "Normal with the variance 2 / (fan_in + fan_out), cut at two standard deviations.", 1,
     FanMode::average, Distribution::truncated_normal},
    {"HeUniform", "Uniform within ±√(6 / fan_in).", 2, FanMode::in, Distribution::uniform},
    {"HeNormal", "Normal with the variance 2 / fan_in, cut at two standard deviations.", 2, FanMode::in,
     Distribution::truncated_normal},
    {"LecunUniform", "Uniform within ±√(3 / fan_in).", 1, FanMode::in, Distribution::uniform},
    {"LecunNormal", "Normal with the variance 1 / fan_in, cut at two standard deviations.", 1, FanMode::in,
     Distribution::truncated_normal},
});

template <size_t index>
struct Chosen {
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = choices[index].class_name;
  static constexpr std::string_view doc = choices[index].doc;
  static constexpr auto fields() {
    return std::tuple{field("seed", &Chosen::seed, "seed of its own; null: the training's")};
  }
};

template <size_t index>
class ChosenInitializer : public ParameterNamed<Initializer, Chosen<index>> {
 public:
  using ParameterNamed<Initializer, Chosen<index>>::ParameterNamed;
  void fill(const Shape& shape, const Random& given, std::span<float> values) const override {
    constexpr Choice choice = choices[index];
    fill_scaled({.scale = choice.scale, .mode = choice.mode, .distribution = choice.distribution}, shape,
                stream_of(this->p.seed, given), values);
  }
};

template <size_t index>
NamedType<Initializer> chosen_type() {
  return named_type<Initializer, Chosen<index>, ChosenInitializer<index>>();
}

}  // namespace

NamedType<Initializer> variance_scaling_type() {
  return named_type<Initializer, VarianceScaling, VarianceScalingInitializer>();
}

NamedType<Initializer> glorot_uniform_type() { return chosen_type<0>(); }
NamedType<Initializer> glorot_normal_type() { return chosen_type<1>(); }
NamedType<Initializer> he_uniform_type() { return chosen_type<2>(); }
NamedType<Initializer> he_normal_type() { return chosen_type<3>(); }
NamedType<Initializer> lecun_uniform_type() { return chosen_type<4>(); }
NamedType<Initializer> lecun_normal_type() { return chosen_type<5>(); }

}  // namespace sluice
