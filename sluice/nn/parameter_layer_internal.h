#pragma once

#include <memory>
#include <string>

#include "sluice/nn/layer.h"
#include "sluice/nn/plan_builder.h"

namespace sluice {

/// Base of a layer that is described by a struct of parameters with `fields()`, `class_name` and `doc`.
template <class Parameters>
class ParameterLayer : public ParameterNamed<Layer, Parameters> {
 public:
  using ParameterNamed<Layer, Parameters>::ParameterNamed;

 protected:
  using ParameterNamed<Layer, Parameters>::p;

  /// Returns the only input's shape.
  static const Shape& single(std::span<const Shape> inputs) {
    if (inputs.size() != 1) throw invalid("expected one input, got " + std::to_string(inputs.size()));
    return inputs[0];
  }
  /// Returns the only input's shape, which must be an image.
  static const Shape& image(std::span<const Shape> inputs) {
    const Shape& shape = single(inputs);
    if (shape.size() != 3) throw invalid("expected input [height, width, channels], got " + to_string(shape));
    return shape;
  }
};

/// The registry's entry for a layer class whose implementation is made from its parameters.
template <class Parameters, class Implementation>
LayerType layer_type() {
  return named_type<Layer, Parameters, Implementation>();
}

}  // namespace sluice
