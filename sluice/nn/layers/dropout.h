#pragma once

#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/layer_seed.h"
#include "sluice/nn/noise.h"

namespace sluice {

/// In training sets inputs to zero with probability `rate` and scales the others by 1 / (1 - rate); else y = x. With a
/// rate of 1 all become zero.
///
/// With a `noise_shape` of [null, 1, 1, channels] whole channels become zero; a batch of 1 has all rows share a draw.
struct Dropout {
  double rate = 0.5;
  NoiseShape noise_shape;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "Dropout";
  static constexpr std::string_view doc =
      "In training sets a random share of the inputs to zero and scales the others.";
  static constexpr auto fields() {
    return std::tuple{
        required("rate", &Dropout::rate, between(0, 1), "share of inputs that become zero"),
        field("noise_shape", &Dropout::noise_shape,
              "what shares one draw: a size for the batch and each dimension, 1 where all do, null for the input's"),
        field("seed", &Dropout::seed, layer_seed_doc)};
  }
};

/// Dropout of whole channels of [steps, channels] (Tompson et al. 2014).
struct SpatialDropout1D {
  double rate = 0.5;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "SpatialDropout1D";
  static constexpr std::string_view doc =
      "In training sets random channels of a sequence to zero and scales the others.";
  static constexpr auto fields() {
    return std::tuple{required("rate", &SpatialDropout1D::rate, between(0, 1), "share of channels that become zero"),
                      field("seed", &SpatialDropout1D::seed, layer_seed_doc)};
  }
};

/// Dropout of whole channels of an image.
struct SpatialDropout2D {
  double rate = 0.5;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "SpatialDropout2D";
  static constexpr std::string_view doc = "In training sets random channels of an image to zero and scales the others.";
  static constexpr auto fields() {
    return std::tuple{required("rate", &SpatialDropout2D::rate, between(0, 1), "share of channels that become zero"),
                      field("seed", &SpatialDropout2D::seed, layer_seed_doc)};
  }
};

LayerPtr make(const Dropout& parameters);
LayerPtr make(const SpatialDropout1D& parameters);
LayerPtr make(const SpatialDropout2D& parameters);
LayerType dropout_type();
LayerType spatial_dropout1d_type();
LayerType spatial_dropout2d_type();

}  // namespace sluice
