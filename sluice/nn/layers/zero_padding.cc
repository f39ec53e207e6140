#include "sluice/nn/layers/zero_padding.h"

#include "sluice/nn/layers/steps_internal.h"
#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

int64_t padded(int64_t length, const Sides& sides) {
  constexpr int64_t most = int64_t{1} << 31;
  if (sides.before > most || sides.after > most) throw invalid("padding: expected at most " + std::to_string(most));
  return sides.before + length + sides.after;
}

class ZeroPadding1DLayer : public ParameterLayer<ZeroPadding1D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = check_steps(single(inputs));
    return {padded(input[0], p.padding), input[1]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    Move move = identity_move(input);
    move.to_start = {p.padding.before, 0};
    return build_move(plan, "zero_padding", inputs[0], output_shape({&input, 1}), move);
  }
};

class ZeroPadding2DLayer : public ParameterLayer<ZeroPadding2D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = image(inputs);
    return {padded(input[0], p.padding.height), padded(input[1], p.padding.width), input[2]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    Move move = identity_move(input);
    const auto [top, left] = std::pair(p.padding.height.before, p.padding.width.before);
    move.to_start = {top, left, 0};
    const Value y = build_move(plan, "zero_padding", inputs[0], output_shape({&input, 1}), move);
    plan.link_padding(y, {inputs[0], top, left});
    return y;
  }
};

}  // namespace

LayerPtr make(const ZeroPadding1D& parameters) { return std::make_shared<ZeroPadding1DLayer>(parameters); }
LayerPtr make(const ZeroPadding2D& parameters) { return std::make_shared<ZeroPadding2DLayer>(parameters); }

LayerType zero_padding1d_type() { return layer_type<ZeroPadding1D, ZeroPadding1DLayer>(); }
LayerType zero_padding2d_type() { return layer_type<ZeroPadding2D, ZeroPadding2DLayer>(); }

}  // namespace sluice
