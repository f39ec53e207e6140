#pragma once

#include <vector>

#include "sluice/nn/convolution.h"

namespace sluice {

/// Kernel and bias of a convolution, with what an epilogue multiplies and adds folded in. Filters are the kernel's last
/// dimension.
class FoldedWeights {
 public:
  FoldedWeights(PlanBuilder& plan, const Convolution& convolution, const Epilogue& epilogue);

  const float* kernel(const Step& step) const { return kernel_ ? step[kernel_] : step.weights + convolution_.kernel; }
  /// Null without a bias.
  const float* bias(const Step& step) const {
    if (bias_) return step[bias_];
    return convolution_.bias < 0 ? nullptr : step.weights + convolution_.bias;
  }
  /// The buffers that calls with these weights read.
  std::vector<Buffer> reads() const { return kernel_ ? std::vector<Buffer>{kernel_, bias_} : std::vector<Buffer>{}; }

 private:
  Convolution convolution_;
  Buffer kernel_, bias_;
};

}  // namespace sluice
