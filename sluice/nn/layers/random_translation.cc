#include "sluice/nn/layers/random_translation.h"

#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class RandomTranslationLayer : public ParameterLayer<RandomTranslation> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return image(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return build_random_affine(plan, inputs[0], p, [p = p, image = plan.image(inputs[0])](const RowRandom& random) {
      const double down = random.uniform(0, p.height_factor.low, p.height_factor.high);
      const double right = random.uniform(1, p.width_factor.low, p.width_factor.high);
      return AffineTransform{.x_start = static_cast<float>(-right * static_cast<double>(image.width)),
                             .y_start = static_cast<float>(-down * static_cast<double>(image.height))};
    });
  }
};

}  // namespace

LayerPtr make(const RandomTranslation& parameters) { return std::make_shared<RandomTranslationLayer>(parameters); }

LayerType random_translation_type() { return layer_type<RandomTranslation, RandomTranslationLayer>(); }

}  // namespace sluice
