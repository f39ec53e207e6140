#pragma once

#include <cstdint>

#include "sluice/tensor/lane_conv.h"

namespace sluice {

/// Convolutions of each channel with a kernel of its own, over rows [batch, height, width, channels]: `channels`,
/// `filters` and `groups` of the shape are the same number, and kernels are [kernel_height, kernel_width, channels]. A
/// row's result does not depend on the other rows.
namespace depthwise_conv {

/// y = min(max(x * kernel + bias, low), high); `bias` may be null, low and high may be infinite. Keeps NaN.
void forward(const ConvShape& shape, int64_t rows, const float* x, const float* kernel, const float* bias, float low,
             float high, float* y);

/// dx from dy.
void backward_data(const ConvShape& shape, int64_t rows, const float* dy, const float* kernel, float* dx);

/// The gradient of the kernel, summed over the rows in a fixed order.
void backward_weights(const ConvShape& shape, int64_t rows, const float* x, const float* dy, float* dkernel);

}  // namespace depthwise_conv
}  // namespace sluice
