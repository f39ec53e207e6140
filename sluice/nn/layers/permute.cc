#include "sluice/nn/layers/permute.h"

#include <algorithm>

#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class PermuteLayer : public ParameterLayer<Permute> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = single(inputs);
    std::vector<int64_t> sorted = p.dims;
    std::sort(sorted.begin(), sorted.end());
    for (size_t i = 0; i < sorted.size(); ++i) {
      if (sorted[i] != static_cast<int64_t>(i) + 1)
        throw invalid("dims: expected each of 1 to " + std::to_string(p.dims.size()) + " once, got " +
                      to_string(p.dims));
    }
    if (p.dims.size() != input.size()) {
      throw invalid("expected input of " + std::to_string(p.dims.size()) + " dimensions, as dims has, got " +
                    to_string(input));
    }
    Shape shape;
    for (int64_t dimension : p.dims) shape.push_back(input[static_cast<size_t>(dimension - 1)]);
    return shape;
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    const Shape output = output_shape({&input, 1});
    Move move = identity_move(output);
    for (size_t i = 0; i < output.size(); ++i) move.loops[i].from_dimension = static_cast<int>(p.dims[i] - 1);
    return build_move(plan, "permute", inputs[0], output, move);
  }
};

}  // namespace

LayerPtr make(const Permute& parameters) { return std::make_shared<PermuteLayer>(parameters); }

LayerType permute_type() { return layer_type<Permute, PermuteLayer>(); }

}  // namespace sluice
