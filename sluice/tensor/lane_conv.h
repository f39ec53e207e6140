#pragma once

#include <cstdint>

#include "sluice/tensor/sum_part.h"

namespace sluice {

/// Sizes of a two-dimensional convolution. Padding may differ between the sides; what `out_height` and `out_width`
/// leave over at the end is padded there. Where there are `groups`, each has its own share of the channels and makes
/// its own share of the filters, in order.
struct ConvShape {
  int64_t channels, height, width;
  int64_t filters, kernel_height, kernel_width;
  int64_t stride_height = 1, stride_width = 1;
  int64_t dilation_height = 1, dilation_width = 1;
  int64_t pad_top = 0, pad_left = 0;
  int64_t out_height, out_width;
  int64_t groups = 1;
};

/// Convolutions with one row of the batch in each SIMD lane: arrays are [groups][channels][height][width][lanes], where
/// a group is `lanes()` rows. Fast where channels are few, which is where libraries are slow. Kernels are
/// [kernel_height][kernel_width][channels][filters] as in Keras. A row's result does not depend on the other rows.
/// One group of channels only.
///
/// Scratch sizes are in floats.
namespace lane_conv {

/// y = relu?(x * kernel + bias). `packed` comes from `pack`; `bias` may be null.
int64_t packed_size(const ConvShape& shape);
void pack(const ConvShape& shape, const float* kernel, float* packed);
int64_t forward_scratch(const ConvShape& shape);
void forward(const ConvShape& shape, int64_t groups, const float* x, const float* packed, const float* bias, bool relu,
             float* y, float* scratch);

/// dx from dy. `packed` comes from `pack_backward`.
int64_t packed_backward_size(const ConvShape& shape);
void pack_backward(const ConvShape& shape, const float* kernel, float* packed);
int64_t backward_data_scratch(const ConvShape& shape);
void backward_data(const ConvShape& shape, int64_t groups, const float* dy, const float* packed, float* dx,
                   float* scratch);

/// The gradients of kernel and bias (which may be null), summed over all lanes of all groups, and over those of the
/// calls before where `part` is not the first; they are written by the last.
int64_t backward_weights_scratch(const ConvShape& shape);
void backward_weights(const ConvShape& shape, int64_t groups, const float* x, const float* dy, float* dkernel,
                      float* dbias, SumPart part, float* scratch);

}  // namespace lane_conv
}  // namespace sluice
