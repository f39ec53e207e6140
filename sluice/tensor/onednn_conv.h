#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sluice/tensor/lane_conv.h"

namespace sluice {

/// One pass of a convolution by oneDNN, over rows [batch, height, width, channels] of a fixed batch: for many channels.
/// A direct algorithm, so that a row's result does not depend on the other rows. Kernels are repacked by `pack` and
/// `unpack`; sizes are in floats. Belongs to the thread that made it, which must hold a KernelScope.
class OnednnConv {
 public:
  enum class Pass { forward, backward_data, backward_weights };

  /// `bias`: a bias is added (forward) or its gradient computed (backward_weights). `relu`: forward only.
  OnednnConv(const ConvShape& shape, int64_t batch, Pass pass, bool bias, bool relu = false);
  ~OnednnConv();
  OnednnConv(const OnednnConv&) = delete;
  OnednnConv& operator=(const OnednnConv&) = delete;

  int64_t packed_size() const;
  int64_t scratch_size() const;

  /// Keras' [kernel_height, kernel_width, channels, filters] to and from oneDNN's own order.
  void pack(const float* kernel, float* packed) const;
  void unpack(const float* packed, float* kernel) const;

  /// Runs the pass. `x` and `y` stand for their gradients where the pass writes or reads these; `packed` and `bias` are
  /// read in forward and backward_data, and written in backward_weights. What a pass does not use may be null.
  void run(const float* x, const float* packed, const float* bias, const float* y, float* scratch) const;

  /// oneDNN's name of the implementation, such as "jit:avx2".
  std::string implementation() const;

 private:
  struct Primitive;
  std::unique_ptr<Primitive> primitive_;
};

}  // namespace sluice
