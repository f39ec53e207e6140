#pragma once

#include "sluice/nn/custom_layer.h"

namespace example {

/// y = x · scale, with a trained factor for each channel (the last dimension), such as the LayerScale of Touvron et al.
/// 2021. In Keras:
///
///   @keras.saving.register_keras_serializable(package="Example")
///   class ChannelScale(keras.layers.Layer):
///       def __init__(self, initial=1.0, **kwargs): …
struct ChannelScale {
  double initial = 1;

  static constexpr std::string_view class_name = "ChannelScale";
  static constexpr std::string_view doc = "Multiplies each channel by a trained factor.";
  static constexpr auto fields() {
    return std::tuple{sluice::field("initial", &ChannelScale::initial, "the factors at first")};
  }
};

/// For `sluice::register_layer_type(example::channel_scale_type(), "Example")`.
sluice::LayerType channel_scale_type();

}  // namespace example
