#pragma once

#include <memory>
#include <string>

#include "sluice/nn/layer.h"
#include "sluice/nn/plan_builder.h"

namespace sluice {

/// Base of a layer that is described by a struct of parameters with `fields()`, `class_name` and `doc`.
template <class Parameters>
class ParameterLayer : public Layer {
 public:
  explicit ParameterLayer(const Parameters& parameters) : p(parameters) {}
  std::string_view class_name() const override { return Parameters::class_name; }
  Json config() const override { return write_fields(p); }

 protected:
  const Parameters p;

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
  return {std::string(Parameters::class_name), std::string(Parameters::doc), describe_fields<Parameters>(),
          [](const Json& json, const std::string& path) -> LayerPtr {
            return std::make_shared<Implementation>(read_fields<Parameters>(json, path));
          }};
}

}  // namespace sluice
