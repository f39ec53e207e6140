#include "sluice/nn/constraint.h"

#include <algorithm>

namespace sluice {
namespace {

struct NonNeg {
  static constexpr std::string_view class_name = "NonNeg";
  static constexpr std::string_view doc = "Nothing below zero.";
  static constexpr auto fields() { return std::tuple{}; }
};

class NonNegConstraint : public ParameterNamed<Constraint, NonNeg> {
 public:
  using ParameterNamed::ParameterNamed;
  void apply(const Shape&, std::span<float> values) const override {
    for (float& value : values) value = std::max(value, 0.0f);
  }
};

}  // namespace

const std::vector<NamedType<Constraint>>& named_types(const Constraint*) {
  static const std::vector<NamedType<Constraint>> types{
      named_type<Constraint, NonNeg, NonNegConstraint>({"non_neg", "nonneg"}),
  };
  return types;
}

}  // namespace sluice
