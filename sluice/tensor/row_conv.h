#pragma once

#include <cstdint>

#include "sluice/tensor/lane_conv.h"

namespace sluice {

/// One way to compute convolutions over rows, arrays of [rows][height][width][channels]. Kernels are as Keras'
/// [kernel_height][kernel_width][channels][filters]. A row's result does not depend on the other rows. One group of
/// channels only.
///
/// Sizes are in floats; scratch serves any number of rows.
struct RowConv {
  const char* name;
  /// Whether it can do it.
  bool (*supports)(const ConvShape& shape);

  /// y = relu?(x * kernel + bias), the rectifier ending at `ceiling`. `packed` comes from `pack`; `bias` may be null.
  int64_t (*packed_size)(const ConvShape& shape);
  void (*pack)(const ConvShape& shape, const float* kernel, float* packed);
  int64_t (*forward_scratch)(const ConvShape& shape);
  void (*forward)(const ConvShape& shape, int64_t rows, const float* x, const float* packed, const float* bias,
                  bool relu, float ceiling, float* y, float* scratch);

  /// dx from dy, zero where `rectified`, an array like dx or null, is not above zero. `packed` comes from
  /// `pack_backward`.
  int64_t (*packed_backward_size)(const ConvShape& shape);
  void (*pack_backward)(const ConvShape& shape, const float* kernel, float* packed);
  int64_t (*backward_data_scratch)(const ConvShape& shape);
  void (*backward_data)(const ConvShape& shape, int64_t rows, const float* dy, const float* packed,
                        const float* rectified, float* dx, float* scratch);

  /// The gradients of kernel and bias (which may be null), summed over the rows, and over those of the calls before
  /// where `part` is not the first.
  int64_t (*backward_weights_scratch)(const ConvShape& shape);
  void (*backward_weights)(const ConvShape& shape, int64_t rows, const float* x, const float* dy, float* dkernel,
                           float* dbias, SumPart part, float* scratch);
};

/// As products of matrices whose left one is read from the image in place. Fast from about a vector of filters on. Not
/// where both strides and dilation are above 1.
const RowConv& row_conv();

}  // namespace sluice
