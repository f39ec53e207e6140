#pragma once

#include <string>

#include "sluice/tensor/tensor.h"

namespace sluice {

/// Turns an axis as Keras counts it, with the batch as 0 and negative ones from the end, into an index into a shape
/// without the batch. Throws Error(invalid_argument) for the batch, and for an axis that the shape does not have.
inline size_t without_batch(int64_t axis, const Shape& shape, const std::string& name) {
  const auto rank = static_cast<int64_t>(shape.size()) + 1;
  const int64_t counted = axis < 0 ? axis + rank : axis;
  if (counted == 0) throw invalid(name + ": " + std::to_string(axis) + " is the batch");
  if (counted < 0 || counted >= rank) {
    throw invalid(name + ": an input of " + to_string(shape) + " behind the batch has no dimension " +
                  std::to_string(axis));
  }
  return static_cast<size_t>(counted - 1);
}

}  // namespace sluice
