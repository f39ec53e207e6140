#pragma once

#include <cstdint>

#include "sluice/tensor/lane_conv.h"

namespace sluice {

/// Convolutions over rows [batch, height, width, channels] as products of matrices: the values of each window, side by
/// side, times the kernel. For groups of channels, kernels of 1×1 (which are such a product already), and backwards as
/// transposed convolutions. Kernels are [kernel_height, kernel_width, channels / groups, filters] as in Keras. A row's
/// result does not depend on the other rows.
///
/// Sizes are in floats.
namespace gemm_conv {

int64_t scratch_size(const ConvShape& shape);

/// y = relu?(x * kernel + bias), where the rectifier ends at `ceiling`. `packed` comes from `pack`; `bias` may be null.
int64_t packed_size(const ConvShape& shape);
void pack(const ConvShape& shape, const float* kernel, float* packed);
void forward(const ConvShape& shape, int64_t rows, const float* x, const float* packed, const float* bias, bool relu,
             float ceiling, float* y, float* scratch);

/// dx from dy, plus `start` for each channel, which may be null. `packed` comes from `pack_backward`.
int64_t packed_backward_size(const ConvShape& shape);
void pack_backward(const ConvShape& shape, const float* kernel, float* packed);
void backward_data(const ConvShape& shape, int64_t rows, const float* dy, const float* packed, const float* start,
                   float* dx, float* scratch);

/// The gradient of the kernel, summed over the rows in a fixed order.
int64_t backward_weights_scratch(const ConvShape& shape);
void backward_weights(const ConvShape& shape, int64_t rows, const float* x, const float* dy, float* dkernel,
                      float* scratch);

}  // namespace gemm_conv
}  // namespace sluice
