#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sluice/params/named.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// What a weight is forced to after each update.
class Constraint : public Named {
 public:
  virtual void apply(const Shape& shape, std::span<float> values) const = 0;
};

using ConstraintPtr = std::shared_ptr<const Constraint>;

constexpr std::string_view kind_name(const Constraint*) { return "constraint"; }
constexpr std::string_view keras_module(const Constraint*) { return "keras.constraints"; }

/// Every constraint.
const std::vector<NamedType<Constraint>>& named_types(const Constraint*);

}  // namespace sluice
