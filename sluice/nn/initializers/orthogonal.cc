#include "sluice/nn/initializers/orthogonal.h"

#include <cmath>

#include "sluice/nn/initializers/streams_internal.h"

namespace sluice {
namespace {

struct Orthogonal {
  double gain = 1;
  std::optional<int64_t> seed;

  static constexpr std::string_view class_name = "Orthogonal";
  static constexpr std::string_view doc = "Random matrices with orthonormal columns or rows, times gain.";
  static constexpr auto fields() {
    return std::tuple{field("gain", &Orthogonal::gain, "factor"),
                      field("seed", &Orthogonal::seed, "seed of its own; null: the training's")};
  }
};

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Takes what lies along `axis`, a unit vector, out of `vector`.
void remove_along(const Vector& axis, Vector& vector) {
  const double length = dot(axis, vector);
  for (size_t i = 0; i < vector.size(); ++i) vector[i] -= length * axis[i];
}

/// Makes vectors orthonormal one after the other (Gram-Schmidt, twice over against rounding): the Q of a QR
/// decomposition with a positive diagonal of R, which makes it uniformly distributed.
void orthonormalize(std::vector<Vector>& vectors) {
  for (size_t i = 0; i < vectors.size(); ++i) {
    for (int pass = 0; pass < 2; ++pass) {
      for (size_t j = 0; j < i; ++j) remove_along(vectors[j], vectors[i]);
    }
    const double length = std::sqrt(dot(vectors[i], vectors[i]));
    for (double& value : vectors[i]) value /= length;
  }
}

class OrthogonalInitializer : public ParameterNamed<Initializer, Orthogonal> {
 public:
  using ParameterNamed::ParameterNamed;
  void fill(const Shape& shape, const Random& given, std::span<float> values) const override {
    if (shape.size() < 2) throw invalid("Orthogonal fills weights of two or more dimensions, got " + to_string(shape));
    const Random random = stream_of(p.seed, given);
    const auto columns = static_cast<size_t>(shape.back());
    const size_t rows = values.size() / columns, size = std::max(rows, columns);
    std::vector<Vector> vectors(std::min(rows, columns), Vector(size));
    for (size_t i = 0; i < vectors.size(); ++i) {
      for (size_t j = 0; j < size; ++j) vectors[i][j] = random.normal(i * size + j);
    }
    orthonormalize(vectors);
    for (size_t row = 0; row < rows; ++row) {
      for (size_t column = 0; column < columns; ++column) {
        const double value = rows < columns ? vectors[row][column] : vectors[column][row];
        values[row * columns + column] = static_cast<float>(p.gain * value);
      }
    }
  }
};

}  // namespace

NamedType<Initializer> orthogonal_type() {
  return named_type<Initializer, Orthogonal, OrthogonalInitializer>({"OrthogonalInitializer"});
}

}  // namespace sluice
