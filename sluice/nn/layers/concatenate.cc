#include "sluice/nn/layers/concatenate.h"

#include "sluice/nn/batch_axis.h"
#include "sluice/nn/move.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

class ConcatenateLayer : public ParameterLayer<Concatenate> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (inputs.size() < 2) throw invalid("expected at least two inputs, got " + std::to_string(inputs.size()));
    const size_t axis = without_batch(p.axis, inputs[0], "axis");
    Shape shape = inputs[0];
    for (Shape other : inputs.subspan(1)) {
      const int64_t length = other.size() == shape.size() ? other[axis] : 0;
      if (length > 0) other[axis] = shape[axis];
      if (other != shape) refuse(inputs);
      shape[axis] += length;
    }
    return shape;
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    std::vector<Shape> shapes;
    for (Value input : inputs) shapes.push_back(plan.shape(input));
    const size_t axis = without_batch(p.axis, shapes[0], "axis");
    std::vector<Move> moves;
    int64_t at = 0;
    for (const Shape& shape : shapes) {
      Move& move = moves.emplace_back(identity_move(shape));
      move.to_start.assign(shape.size(), 0);
      move.to_start[axis] = at;
      at += shape[axis];
    }
    return build_moves(plan, "concatenate", inputs, output_shape(shapes), moves);
  }

 private:
  [[noreturn]] void refuse(std::span<const Shape> inputs) const {
    std::vector<std::string> shown;
    for (const Shape& shape : inputs) shown.push_back(to_string(shape));
    throw invalid("expected inputs that differ at most in axis " + std::to_string(p.axis) + ", got " + join(shown));
  }
};

}  // namespace

LayerPtr make(const Concatenate& parameters) { return std::make_shared<ConcatenateLayer>(parameters); }

LayerType concatenate_type() { return layer_type<Concatenate, ConcatenateLayer>(); }

}  // namespace sluice
