#include "sluice/nn/layers/cropping.h"

#include "sluice/nn/layers/steps_internal.h"
#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

int64_t cropped(int64_t length, const Sides& sides) {
  if (sides.before >= length || sides.after >= length - sides.before) {
    throw invalid("cropping [" + std::to_string(sides.before) + ", " + std::to_string(sides.after) +
                  "] leaves nothing of a length of " + std::to_string(length));
  }
  return length - sides.before - sides.after;
}

class Cropping1DLayer : public ParameterLayer<Cropping1D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = check_steps(single(inputs));
    return {cropped(input[0], p.cropping), input[1]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    const Shape output = output_shape({&input, 1});
    Move move = identity_move(output);
    move.from_start = {p.cropping.before, 0};
    return build_move(plan, "cropping", inputs[0], output, move);
  }
};

class Cropping2DLayer : public ParameterLayer<Cropping2D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = image(inputs);
    return {cropped(input[0], p.cropping.height), cropped(input[1], p.cropping.width), input[2]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    const Shape output = output_shape({&input, 1});
    Move move = identity_move(output);
    move.from_start = {p.cropping.height.before, p.cropping.width.before, 0};
    return build_move(plan, "cropping", inputs[0], output, move);
  }
};

}  // namespace

LayerPtr make(const Cropping1D& parameters) { return std::make_shared<Cropping1DLayer>(parameters); }
LayerPtr make(const Cropping2D& parameters) { return std::make_shared<Cropping2DLayer>(parameters); }

LayerType cropping1d_type() { return layer_type<Cropping1D, Cropping1DLayer>(); }
LayerType cropping2d_type() { return layer_type<Cropping2D, Cropping2DLayer>(); }

}  // namespace sluice
