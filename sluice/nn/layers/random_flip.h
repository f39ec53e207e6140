#pragma once

#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/layer_seed.h"

namespace sluice {

/// The sides that a flip exchanges.
enum class FlipMode { horizontal, vertical, horizontal_and_vertical };
constexpr auto enum_names(FlipMode) {
  return std::to_array<const char*>({"horizontal", "vertical", "horizontal_and_vertical"});
}

/// In training flips every other image, by chance; else y = x. Both directions go together, as in Keras 3: an image is
/// left as it is or turned by half a turn.
struct RandomFlip {
  FlipMode mode = FlipMode::horizontal_and_vertical;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "RandomFlip";
  static constexpr std::string_view doc = "In training flips every other image, by chance.";
  static constexpr auto fields() {
    return std::tuple{field("mode", &RandomFlip::mode, "horizontal: left and right change places; both at once or not"),
                      field("seed", &RandomFlip::seed, layer_seed_doc)};
  }
};

LayerPtr make(const RandomFlip& parameters);
LayerType random_flip_type();

}  // namespace sluice
