#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sluice/params/named.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// A penalty on a weight that is added to the loss.
class Regularizer : public Named {
 public:
  /// Throws Error(invalid_argument) when weights of this shape cannot be penalised.
  virtual void check(const Shape&) const {}

  /// Returns the penalty; adds its gradient to `gradient` when that is not null.
  virtual double penalty(const Shape& shape, std::span<const float> values, float* gradient) const = 0;
};

using RegularizerPtr = std::shared_ptr<const Regularizer>;

constexpr std::string_view kind_name(const Regularizer*) { return "regularizer"; }
constexpr std::string_view keras_module(const Regularizer*) { return "keras.regularizers"; }

/// Every regularizer.
const std::vector<NamedType<Regularizer>>& named_types(const Regularizer*);

}  // namespace sluice
