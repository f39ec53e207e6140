#include "sluice/nn/regularizer.h"

#include <cmath>

namespace sluice {
namespace {

/// Sums of l1·|w| and l2·w², and their gradients.
double add_penalty(double l1, double l2, std::span<const float> values, float* gradient) {
  double absolute = 0, squares = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double w = static_cast<double>(values[i]);
    absolute += std::abs(w);
    squares += w * w;
    if (gradient != nullptr)
      gradient[i] += static_cast<float>(l1 * static_cast<double>((w > 0) - (w < 0)) + 2 * l2 * w);
  }
  return l1 * absolute + l2 * squares;
}

struct L1 {
  double l1 = 0.01;

  static constexpr std::string_view class_name = "L1";
  static constexpr std::string_view doc = "The sum of l1 · |w|.";
  static constexpr auto fields() { return std::tuple{field("l1", &L1::l1, at_least(0), "factor")}; }
};

class L1Regularizer : public ParameterNamed<Regularizer, L1> {
 public:
  using ParameterNamed::ParameterNamed;
  double penalty(const Shape&, std::span<const float> values, float* gradient) const override {
    return add_penalty(p.l1, 0, values, gradient);
  }
};

struct L2 {
  double l2 = 0.01;

  static constexpr std::string_view class_name = "L2";
  static constexpr std::string_view doc = "The sum of l2 · w².";
  static constexpr auto fields() { return std::tuple{field("l2", &L2::l2, at_least(0), "factor")}; }
};

class L2Regularizer : public ParameterNamed<Regularizer, L2> {
 public:
  using ParameterNamed::ParameterNamed;
  double penalty(const Shape&, std::span<const float> values, float* gradient) const override {
    return add_penalty(0, p.l2, values, gradient);
  }
};

struct L1L2 {
  double l1 = 0;
  double l2 = 0;

  static constexpr std::string_view class_name = "L1L2";
  static constexpr std::string_view doc = "The sum of l1 · |w| and l2 · w².";
  static constexpr auto fields() {
    return std::tuple{field("l1", &L1L2::l1, at_least(0), "factor of |w|"),
                      field("l2", &L1L2::l2, at_least(0), "factor of w²")};
  }
};

class L1L2Regularizer : public ParameterNamed<Regularizer, L1L2> {
 public:
  using ParameterNamed::ParameterNamed;
  double penalty(const Shape&, std::span<const float> values, float* gradient) const override {
    return add_penalty(p.l1, p.l2, values, gradient);
  }
};

}  // namespace

const std::vector<NamedType<Regularizer>>& named_types(const Regularizer*) {
  static const std::vector<NamedType<Regularizer>> types{
      named_type<Regularizer, L1, L1Regularizer>({"l1"}),
      named_type<Regularizer, L2, L2Regularizer>({"l2"}),
      named_type<Regularizer, L1L2, L1L2Regularizer>({"l1_l2", "l1l2"}),
  };
  return types;
}

}  // namespace sluice
