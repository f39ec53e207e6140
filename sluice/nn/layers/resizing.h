#pragma once

#include "sluice/nn/layer.h"
#include "sluice/tensor/filtered_resize.h"

namespace sluice {

/// Images of another size: [height, width, channels] → [p.height, p.width, channels], as tf.image.resize.
/// They are stretched, or keep their aspect ratio: cropped to the largest window in the middle, or padded
/// with `fill_value` on both sides.
struct Resizing {
  int64_t height = 0;
  int64_t width = 0;
  ImageFilter interpolation = ImageFilter::bilinear;
  bool antialias = false;
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  double fill_value = 0;

  static constexpr std::string_view class_name = "Resizing";
  static constexpr std::string_view doc = "Images stretched, cropped or padded to a height and width.";
  static constexpr auto fields() {
    return std::tuple{
        required("height", &Resizing::height, between(1, 1 << 20), "pixels of the result"),
        required("width", &Resizing::width, between(1, 1 << 20), "pixels of the result"),
        field("interpolation", &Resizing::interpolation, "how new pixels follow from those around"),
        field("antialias", &Resizing::antialias, "whether a smaller image takes means of all pixels it stands for"),
        field("crop_to_aspect_ratio", &Resizing::crop_to_aspect_ratio, "whether to crop instead of stretching"),
        field("pad_to_aspect_ratio", &Resizing::pad_to_aspect_ratio, "whether to pad instead of stretching"),
        field("fill_value", &Resizing::fill_value, "what padding holds")};
  }
};

LayerPtr make(const Resizing& parameters);
LayerType resizing_type();

}  // namespace sluice
