#pragma once

#include "sluice/tensor/tensor.h"

namespace sluice {

/// Returns the shape, which must be that of a sequence.
inline const Shape& check_steps(const Shape& shape) {
  if (shape.size() != 2) throw invalid("expected input [steps, channels], got " + to_string(shape));
  return shape;
}

}  // namespace sluice
