#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/params/named.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// How a new weight is filled.
class Initializer : public Named {
 public:
  /// Fills the weight of this shape, row by row. The values depend on the random stream and the shape alone.
  virtual void fill(const Shape& shape, const Random& random, std::span<float> values) const = 0;
};

using InitializerPtr = std::shared_ptr<const Initializer>;

constexpr std::string_view kind_name(const Initializer*) { return "initializer"; }
constexpr std::string_view keras_module(const Initializer*) { return "keras.initializers"; }

/// Every initializer.
const std::vector<NamedType<Initializer>>& named_types(const Initializer*);

/// The usual defaults.
InitializerPtr zeros();
InitializerPtr ones();
InitializerPtr glorot_uniform();

}  // namespace sluice
