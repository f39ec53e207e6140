#pragma once

#include <optional>

#include "sluice/nn/axes.h"
#include "sluice/nn/layer.h"
#include "sluice/params/number_array.h"

namespace sluice {

/// y = (x - mean) / max(sqrt(variance), 1e-7), or the way back. Without given statistics they are weights that do not
/// learn: before the first epoch of a training that starts from new weights they become those of the training rows.
struct Normalization {
  Axes axis{{-1}};
  std::optional<NumberArray> mean;
  std::optional<NumberArray> variance;
  bool invert = false;

  static constexpr std::string_view class_name = "Normalization";
  static constexpr std::string_view doc =
      "Brings inputs to mean 0 and variance 1 by the statistics of the training rows.";
  static constexpr auto fields() {
    using P = Normalization;
    return std::tuple{field("axis", &P::axis,
                            "dimensions, with the batch as 0, whose elements have statistics of their own; null: none"),
                      field("mean", &P::mean, "what is subtracted; null: the mean of the training rows"),
                      field("variance", &P::variance, at_least(0), "given with mean"),
                      field("invert", &P::invert, "whether it turns normalised values back")};
  }
};

LayerPtr make(const Normalization& parameters);
LayerType normalization_type();

}  // namespace sluice
