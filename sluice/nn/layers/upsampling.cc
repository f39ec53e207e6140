#include "sluice/nn/layers/upsampling.h"

#include "sluice/nn/layers/steps_internal.h"
#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/resize.h"

namespace sluice {
namespace {

int64_t enlarged(int64_t length, int64_t factor) {
  constexpr int64_t most = int64_t{1} << 31;
  if (factor > most) throw invalid("size: expected at most " + std::to_string(most));
  return length * factor;
}

class UpSampling1DLayer : public ParameterLayer<UpSampling1D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = check_steps(single(inputs));
    return {enlarged(input[0], p.size), input[1]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    const Move move{
        .loops = {{input[0], 0, 0, p.size}, {p.size, -1, 0}, {input[1], 1, 1}}, .from_start = {}, .to_start = {}};
    return build_move(plan, "up_sampling", inputs[0], output_shape({&input, 1}), move);
  }
};

class UpSampling2DLayer : public ParameterLayer<UpSampling2D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = image(inputs);
    return {enlarged(input[0], p.size.height), enlarged(input[1], p.size.width), input[2]};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape output = output_shape({&plan.shape(inputs[0]), 1});
    return p.interpolation == ImageFilter::nearest
               ? build_repeated(plan, inputs[0], output)
               : build_resize(plan, inputs[0], {output[0], output[1]}, {p.interpolation});
  }

 private:
  Value build_repeated(PlanBuilder& plan, Value x, const Shape& output) const {
    const Shape input = plan.shape(x);
    const Move move{.loops = {{input[0], 0, 0, p.size.height},
                              {p.size.height, -1, 0},
                              {input[1], 1, 1, p.size.width},
                              {p.size.width, -1, 1},
                              {input[2], 2, 2}},
                    .from_start = {},
                    .to_start = {}};
    return build_move(plan, "up_sampling", x, output, move);
  }
};

}  // namespace

LayerPtr make(const UpSampling1D& parameters) { return std::make_shared<UpSampling1DLayer>(parameters); }
LayerPtr make(const UpSampling2D& parameters) { return std::make_shared<UpSampling2DLayer>(parameters); }

LayerType up_sampling1d_type() { return layer_type<UpSampling1D, UpSampling1DLayer>(); }
LayerType up_sampling2d_type() { return layer_type<UpSampling2D, UpSampling2DLayer>(); }

}  // namespace sluice
