#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// The parameter that all global poolings share.
struct GlobalPooling {
  bool keepdims = false;

  static constexpr auto fields() {
    return std::tuple{
        field("keepdims", &GlobalPooling::keepdims, "whether the dimensions that are pooled stay, with size 1")};
  }
};

/// The largest value of each channel: [steps, channels] → [channels].
struct GlobalMaxPooling1D : GlobalPooling {
  static constexpr std::string_view class_name = "GlobalMaxPooling1D";
  static constexpr std::string_view doc = "The largest value of each channel over all steps.";
};

/// The largest value of each channel: [height, width, channels] → [channels].
struct GlobalMaxPooling2D : GlobalPooling {
  static constexpr std::string_view class_name = "GlobalMaxPooling2D";
  static constexpr std::string_view doc = "The largest value of each channel over the whole image.";
};

/// The mean of each channel: [steps, channels] → [channels].
struct GlobalAveragePooling1D : GlobalPooling {
  static constexpr std::string_view class_name = "GlobalAveragePooling1D";
  static constexpr std::string_view doc = "The mean of each channel over all steps.";
};

/// The mean of each channel: [height, width, channels] → [channels].
struct GlobalAveragePooling2D : GlobalPooling {
  static constexpr std::string_view class_name = "GlobalAveragePooling2D";
  static constexpr std::string_view doc = "The mean of each channel over the whole image.";
};

/// GlobalAveragePooling1D of the steps that count: inputs [steps, channels], and one or more of indices [steps]. A step
/// counts where one of the indices is not 0; where none counts, the mean is NaN, as in Keras. For plans only.
LayerPtr masked_average_pooling1d(bool keepdims);

LayerPtr make(const GlobalMaxPooling1D& parameters);
LayerPtr make(const GlobalMaxPooling2D& parameters);
LayerPtr make(const GlobalAveragePooling1D& parameters);
LayerPtr make(const GlobalAveragePooling2D& parameters);
LayerType global_max_pooling1d_type();
LayerType global_max_pooling2d_type();
LayerType global_average_pooling1d_type();
LayerType global_average_pooling2d_type();

}  // namespace sluice
