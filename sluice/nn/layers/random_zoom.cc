#include "sluice/nn/layers/random_zoom.h"

#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

/// Where the first pixel comes from when a length is zoomed about its middle.
float kept_center(int64_t length, double zoom) {
  return static_cast<float>(static_cast<double>(length - 1) / 2 * (1 - zoom));
}

class RandomZoomLayer : public ParameterLayer<RandomZoom> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return image(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    return build_random_affine(plan, inputs[0], p, [p = p, image = plan.image(inputs[0])](const RowRandom& random) {
      const double height = random.uniform(0, 1 + p.height_factor.low, 1 + p.height_factor.high);
      const double width =
          p.width_factor ? random.uniform(1, 1 + p.width_factor->low, 1 + p.width_factor->high) : height;
      return AffineTransform{.x_of_x = static_cast<float>(width),
                             .x_start = kept_center(image.width, width),
                             .y_of_y = static_cast<float>(height),
                             .y_start = kept_center(image.height, height)};
    });
  }
};

}  // namespace

LayerPtr make(const RandomZoom& parameters) { return std::make_shared<RandomZoomLayer>(parameters); }

LayerType random_zoom_type() { return layer_type<RandomZoom, RandomZoomLayer>(); }

}  // namespace sluice
