#pragma once

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/filtered_resize.h"

namespace sluice {

/// How new pixels follow from old ones.
struct Resampling {
  ImageFilter filter = ImageFilter::bilinear;
  bool antialias = false;  ///< Filters widen where images become smaller; nearest does not.
};

/// Appends images [size.height, size.width, channels] made from those of `input`, forward and reverse, in its layout.
/// Returns the value as it is when it has that size.
Value build_resize(PlanBuilder& plan, Value input, Size2 size, const Resampling& how = {});

/// A part of an image.
struct ImageWindow {
  Size2 start, size;
};

/// The window of `size` in the middle of an image that is no smaller; an odd rest is left at the end.
ImageWindow centered_window(const Shape& image, Size2 size);

/// The largest window in the middle of an image that has the aspect ratio of `size`, in whole pixels.
ImageWindow window_like(const Shape& image, Size2 size);

/// Appends this part of the images. Returns the value as it is when that is all of it.
Value build_window(PlanBuilder& plan, Value input, const ImageWindow& window);

/// Appends the largest window in the middle that has the aspect ratio of `size`, resized to it: keras.utils'
/// smart_resize.
Value build_smart_resize(PlanBuilder& plan, Value input, Size2 size, const Resampling& how = {});

}  // namespace sluice
