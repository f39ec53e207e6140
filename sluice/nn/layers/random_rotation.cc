#include "sluice/nn/layers/random_rotation.h"

#include <cmath>
#include <numbers>

#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

struct Direction {
  double cosine, sine;
};

/// That of `turns` whole turns, from the power series of at most an eighth of one: the last bits of libm differ between
/// its versions.
Direction direction(double turns) {
  const double quarters = std::round(4 * turns), angle = (4 * turns - quarters) * std::numbers::pi / 2;
  Direction near{0, 0};
  double term = 1;
  for (int power = 0; power < 18; term *= angle / ++power) {
    (power % 2 == 0 ? near.cosine : near.sine) += power % 4 < 2 ? term : -term;
  }
  switch (static_cast<int>(quarters) & 3) {
    case 1: return {-near.sine, near.cosine};
    case 2: return {-near.cosine, -near.sine};
    case 3: return {near.sine, -near.cosine};
  }
  return near;
}

/// Counterclockwise about the middle of the image.
AffineTransform rotation(const ImageShape& image, double turns) {
  const auto [cosine, sine] = direction(turns);
  const double x = static_cast<double>(image.width - 1) / 2, y = static_cast<double>(image.height - 1) / 2;
  return {.x_of_x = static_cast<float>(cosine),
          .x_of_y = static_cast<float>(-sine),
          .x_start = static_cast<float>(x - x * cosine + y * sine),
          .y_of_x = static_cast<float>(sine),
          .y_of_y = static_cast<float>(cosine),
          .y_start = static_cast<float>(y - x * sine - y * cosine)};
}

class RandomRotationLayer : public ParameterLayer<RandomRotation> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return image(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return build_random_affine(plan, inputs[0], p, [p = p, image = plan.image(inputs[0])](const RowRandom& random) {
      return rotation(image, random.uniform(0, p.factor.low, p.factor.high));
    });
  }
};

}  // namespace

LayerPtr make(const RandomRotation& parameters) { return std::make_shared<RandomRotationLayer>(parameters); }

LayerType random_rotation_type() { return layer_type<RandomRotation, RandomRotationLayer>(); }

}  // namespace sluice
