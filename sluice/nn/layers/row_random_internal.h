#pragma once

#include "sluice/base/random.h"
#include "sluice/nn/plan.h"

namespace sluice {

/// The random numbers by which a layer changes one row of a training step. They depend on the seed, the layer, the
/// step and the row's place in it, on nothing else.
class RowRandom {
 public:
  RowRandom(const Step& step, uint32_t layer, int64_t row)
      : random_(step.seed, Purpose::augmentation, layer),
        first_(uint64_t{step.number} << 32 | static_cast<uint64_t>(step.part.before + row) << 2) {}

  /// Number `draw` < 4 of this row, uniform in [low, high).
  double uniform(uint32_t draw, double low, double high) const {
    return low + (high - low) * random_.uniform(first_ | draw);
  }

 private:
  Random random_;
  uint64_t first_;
};

}  // namespace sluice
