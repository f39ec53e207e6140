#pragma once

#include <functional>
#include <string>

#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/dropout.h"

namespace sluice {

/// Where the random numbers of the current layer come from in a step.
class LayerRandom {
 public:
  explicit LayerRandom(const PlanBuilder& plan);
  DropoutKey key(const Step& step) const {
    return {step.seed, stream_, step.number, static_cast<uint32_t>(step.part.before)};
  }

 private:
  uint32_t stream_;
};

/// Numbers drawn anew in each step: for each of so many rows `size` of them.
struct Mask {
  std::string kernel;
  int64_t size;  ///< Repeated along the elements of a row, of which it is the last part.
  std::function<void(const DropoutKey& key, int64_t rows, float* values)> fill;
};

/// Appends y = x · mask, forward and reverse.
Value build_masked(PlanBuilder& plan, Value x, const Mask& mask);

}  // namespace sluice
