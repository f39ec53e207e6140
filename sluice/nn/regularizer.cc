#include "sluice/nn/regularizer.h"

#include <algorithm>
#include <array>
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

enum class OrthogonalMode { rows, columns };
constexpr auto enum_names(OrthogonalMode) { return std::to_array<std::string_view>({"rows", "columns"}); }

struct OrthogonalRegularizer {
  double factor = 0.01;
  OrthogonalMode mode = OrthogonalMode::rows;

  static constexpr std::string_view class_name = "OrthogonalRegularizer";
  static constexpr std::string_view doc = "factor · the mean |cosine| between the rows or columns of a matrix.";
  static constexpr auto fields() {
    return std::tuple{field("factor", &OrthogonalRegularizer::factor, at_least(0), "factor"),
                      field("mode", &OrthogonalRegularizer::mode, "what shall be orthogonal")};
  }
};

/// The rows or columns of a matrix.
struct Vectors {
  std::span<const float> values;
  int64_t count, size, vector_stride, stride;

  int64_t at(int64_t vector, int64_t i) const { return vector * vector_stride + i * stride; }
  double dot(int64_t a, int64_t b) const {
    double sum = 0;
    for (int64_t i = 0; i < size; ++i)
      sum += static_cast<double>(values[at(a, i)]) * static_cast<double>(values[at(b, i)]);
    return sum;
  }
  /// Adds factor times the derivative of the cosine of a and b by a.
  void add_slope(int64_t a, int64_t b, double cosine, double norm_a, double norm_b, double factor,
                 float* gradient) const {
    for (int64_t i = 0; i < size; ++i) {
      const double own = static_cast<double>(values[at(a, i)]) / norm_a;
      const double other = static_cast<double>(values[at(b, i)]) / norm_b;
      gradient[at(a, i)] += static_cast<float>(factor * (other - cosine * own) / norm_a);
    }
  }
};

class OrthogonalPenalty : public ParameterNamed<Regularizer, OrthogonalRegularizer> {
 public:
  using ParameterNamed::ParameterNamed;
  void check(const Shape& shape) const override {
    if (shape.size() != 2) throw invalid("OrthogonalRegularizer takes matrices, got " + to_string(shape));
  }
  double penalty(const Shape& shape, std::span<const float> values, float* gradient) const override {
    const bool rows = p.mode == OrthogonalMode::rows;
    const Vectors vectors{values, rows ? shape[0] : shape[1], rows ? shape[1] : shape[0], rows ? shape[1] : 1,
                          rows ? 1 : shape[1]};
    std::vector<double> norms;
    for (int64_t i = 0; i < vectors.count; ++i) norms.push_back(std::max(1e-7, std::sqrt(vectors.dot(i, i))));
    const double factor = p.factor / (static_cast<double>(vectors.count) * static_cast<double>(vectors.count - 1) / 2);
    double sum = 0;
    for (int64_t a = 0; a < vectors.count; ++a) {
      for (int64_t b = 0; b < a; ++b) {
        const double cosine = vectors.dot(a, b) / (norms[a] * norms[b]);
        sum += std::abs(cosine);
        if (gradient == nullptr) continue;
        const double signed_factor = cosine < 0 ? -factor : factor;
        vectors.add_slope(a, b, cosine, norms[a], norms[b], signed_factor, gradient);
        vectors.add_slope(b, a, cosine, norms[b], norms[a], signed_factor, gradient);
      }
    }
    return sum == 0 ? 0 : factor * sum;
  }
};

}  // namespace

const std::vector<NamedType<Regularizer>>& named_types(const Regularizer*) {
  static const std::vector<NamedType<Regularizer>> types{
      named_type<Regularizer, L1, L1Regularizer>({"l1"}),
      named_type<Regularizer, L2, L2Regularizer>({"l2"}),
      named_type<Regularizer, L1L2, L1L2Regularizer>({"l1_l2", "l1l2"}),
      named_type<Regularizer, OrthogonalRegularizer, OrthogonalPenalty>(),
  };
  return types;
}

}  // namespace sluice
