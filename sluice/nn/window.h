#pragma once

#include <algorithm>

#include "sluice/base/error.h"
#include "sluice/params/fields.h"

namespace sluice {

/// How windows meet the border. SAME puts the odd row at the end, as TensorFlow does.
enum class Padding { valid, same };
constexpr auto enum_names(Padding) { return std::to_array<const char*>({"valid", "same"}); }

/// How a window of `size`, `dilation` apart, slides by `stride` over `length` elements.
struct SlidingWindow {
  int64_t output;  ///< Number of positions.
  int64_t before;  ///< Padding in front of the first element.

  /// Throws Error(invalid_argument) when not even one window fits.
  SlidingWindow(int64_t length, int64_t size, int64_t stride, int64_t dilation, Padding padding) {
    const int64_t reach = (size - 1) * dilation + 1;
    if (padding == Padding::same) {
      output = (length + stride - 1) / stride;
      before = std::max<int64_t>((output - 1) * stride + reach - length, 0) / 2;
      return;
    }
    if (reach > length) {
      throw invalid("a window of " + std::to_string(reach) + " does not fit into an input of " +
                    std::to_string(length) + "; use a smaller one or padding: same");
    }
    output = (length - reach) / stride + 1;
    before = 0;
  }
};

}  // namespace sluice
