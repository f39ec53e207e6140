#pragma once

#include "sluice/nn/layer.h"
#include "sluice/tensor/elementwise.h"

namespace sluice {

/// Applies an activation function; softmax and glu over the last dimension. (Keras' layer Activation.)
struct ActivationLayer {
  Activation activation = Activation::linear;

  static constexpr std::string_view class_name = "Activation";
  static constexpr std::string_view doc = "Applies an activation function.";
  static constexpr auto fields() {
    return std::tuple{required("activation", &ActivationLayer::activation, "name of the function")};
  }
};

LayerPtr make(const ActivationLayer& parameters);
LayerType activation_type();

}  // namespace sluice
