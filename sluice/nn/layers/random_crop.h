#pragma once

#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/layer_seed.h"

namespace sluice {

/// In training a random window of each image: [height, width, channels] → [p.height, p.width, channels]. Images that
/// are not larger in both directions are cut where the largest window in the middle of this aspect ratio begins, and
/// what is left up to the result's size is resized to it (bilinear), as in Keras 3.15.
///
/// In inference Keras 3.15 leaves images as they are, whatever its documentation says. So does a plan where the layers
/// behind take them (nn/planned_graph.h). Else, where Keras fails, the largest window in the middle is resized.
struct RandomCrop {
  int64_t height = 0;
  int64_t width = 0;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "RandomCrop";
  static constexpr std::string_view doc =
      "In training a random window of each image; else the whole, or the middle where the network needs that.";
  static constexpr auto fields() {
    return std::tuple{required("height", &RandomCrop::height, between(1, 1 << 20), "pixels of the result"),
                      required("width", &RandomCrop::width, between(1, 1 << 20), "pixels of the result"),
                      field("seed", &RandomCrop::seed, layer_seed_doc)};
  }
};

LayerPtr make(const RandomCrop& parameters);
LayerType random_crop_type();

}  // namespace sluice
