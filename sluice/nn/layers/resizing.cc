#include "sluice/nn/layers/resizing.h"

#include <algorithm>

#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/resize.h"

namespace sluice {
namespace {

/// Appends the images with borders so that they have the aspect ratio of `size`, in whole pixels. Two borders are of
/// one width.
Value build_padded(PlanBuilder& plan, Value input, Size2 size, float fill) {
  const Shape from = plan.shape(input);
  const int64_t above = std::max<int64_t>(0, from[1] * size.height / size.width - from[0]) / 2;
  const int64_t left = std::max<int64_t>(0, from[0] * size.width / size.height - from[1]) / 2;
  if (above == 0 && left == 0) return input;
  Move move = identity_move(from);
  move.to_start = {above, left, 0};
  return build_move(plan, "pad", input, {from[0] + 2 * above, from[1] + 2 * left, from[2]}, move, fill);
}

class ResizingLayer : public ParameterLayer<Resizing> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (p.crop_to_aspect_ratio && p.pad_to_aspect_ratio) {
      throw invalid("expected at most one of crop_to_aspect_ratio and pad_to_aspect_ratio");
    }
    return {p.height, p.width, image(inputs)[2]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Size2 size{p.height, p.width};
    const Resampling how{p.interpolation, p.antialias};
    if (p.crop_to_aspect_ratio) return build_smart_resize(plan, inputs[0], size, how);
    Value x = inputs[0];
    if (p.pad_to_aspect_ratio) x = build_padded(plan, x, size, static_cast<float>(p.fill_value));
    return build_resize(plan, x, size, how);
  }
};

}  // namespace

LayerPtr make(const Resizing& parameters) { return std::make_shared<ResizingLayer>(parameters); }

LayerType resizing_type() { return layer_type<Resizing, ResizingLayer>(); }

}  // namespace sluice
