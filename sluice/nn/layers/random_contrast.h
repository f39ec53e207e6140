#pragma once

#include <optional>

#include "sluice/nn/factor.h"
#include "sluice/nn/layer.h"
#include "sluice/nn/layer_seed.h"

namespace sluice {

/// How far contrasts are lowered and raised; one number in JSON stands for both.
struct ContrastFactor {
  double lower = 0;
  double upper = 0;
};

template <>
struct FieldType<ContrastFactor> {
  static std::string type() { return "number or [lower, upper]"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::number(bounds), schema::pair(schema::number(bounds))});
  }
  static ContrastFactor read(const Json& json, const Bounds& bounds) {
    const Interval given = FieldType<Interval>::read(json.is_array() ? json : Json(Json::Array{json, json}), bounds);
    return {given.low, given.high};
  }
  static Json write(const ContrastFactor& value) { return Json(Json::Array{Json(value.lower), Json(value.upper)}); }
};

/// In training y = (x - mean) · f + mean, f uniform in [1 - lower, 1 + upper] for each image, mean that of a channel in
/// the image, cut off at value_range; else y = x.
///
/// One number for `factor` stands for both bounds, as Keras' documentation says; Keras 3.15 takes 0 for the lower one
/// then, and writes so to files.
struct RandomContrast {
  ContrastFactor factor;
  Interval value_range = {0, 255};
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "RandomContrast";
  static constexpr std::string_view doc = "In training changes the contrast of each image.";
  static constexpr auto fields() {
    return std::tuple{required("factor", &RandomContrast::factor, between(0, 1),
                               "contrasts are multiplied with 1 - lower to 1 + upper"),
                      field("value_range", &RandomContrast::value_range, "where the results are cut off"),
                      field("seed", &RandomContrast::seed, layer_seed_doc)};
  }
};

/// In training y = x + d · (high - low), d uniform in `factor` for each image, cut off at value_range [low, high]; else
/// y = x.
struct RandomBrightness {
  Factor factor;
  Interval value_range = {0, 255};
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "RandomBrightness";
  static constexpr std::string_view doc = "In training makes each image lighter or darker.";
  static constexpr auto fields() {
    return std::tuple{required("factor", &RandomBrightness::factor, between(-1, 1), "share of value_range's width"),
                      field("value_range", &RandomBrightness::value_range, "where the results are cut off"),
                      field("seed", &RandomBrightness::seed, layer_seed_doc)};
  }
};

LayerPtr make(const RandomContrast& parameters);
LayerPtr make(const RandomBrightness& parameters);
LayerType random_contrast_type();
LayerType random_brightness_type();

}  // namespace sluice
