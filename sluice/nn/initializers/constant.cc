#include "sluice/nn/initializers/constant.h"

#include <algorithm>

namespace sluice {
namespace {

struct Zeros {
  static constexpr std::string_view class_name = "Zeros";
  static constexpr std::string_view doc = "All zeros.";
  static constexpr auto fields() { return std::tuple{}; }
};

struct Ones {
  static constexpr std::string_view class_name = "Ones";
  static constexpr std::string_view doc = "All ones.";
  static constexpr auto fields() { return std::tuple{}; }
};

struct Constant {
  double value = 0;

  static constexpr std::string_view class_name = "Constant";
  static constexpr std::string_view doc = "One value everywhere.";
  static constexpr auto fields() { return std::tuple{field("value", &Constant::value, "the value")}; }
};

struct Identity {
  double gain = 1;

  static constexpr std::string_view class_name = "Identity";
  static constexpr std::string_view doc = "The identity matrix times gain.";
  static constexpr auto fields() { return std::tuple{field("gain", &Identity::gain, "factor")}; }
};

double value_of(const Zeros&) { return 0; }
double value_of(const Ones&) { return 1; }
double value_of(const Constant& constant) { return constant.value; }

template <class Parameters>
class ConstantInitializer : public ParameterNamed<Initializer, Parameters> {
 public:
  using ParameterNamed<Initializer, Parameters>::ParameterNamed;
  void fill(const Shape&, const Random&, std::span<float> values) const override {
    std::ranges::fill(values, static_cast<float>(value_of(this->p)));
  }
};

class IdentityInitializer : public ParameterNamed<Initializer, Identity> {
 public:
  using ParameterNamed::ParameterNamed;
  void fill(const Shape& shape, const Random&, std::span<float> values) const override {
    if (shape.size() != 2) throw invalid("Identity fills matrices, got " + to_string(shape));
    std::ranges::fill(values, 0.0f);
    for (int64_t i = 0; i < std::min(shape[0], shape[1]); ++i)
      values[static_cast<size_t>(i * shape[1] + i)] = static_cast<float>(p.gain);
  }
};

template <class Parameters>
NamedType<Initializer> type_of() {
  return named_type<Initializer, Parameters, ConstantInitializer<Parameters>>();
}

}  // namespace

NamedType<Initializer> zeros_type() { return type_of<Zeros>(); }
NamedType<Initializer> ones_type() { return type_of<Ones>(); }
NamedType<Initializer> constant_type() { return type_of<Constant>(); }
NamedType<Initializer> identity_type() {
  return named_type<Initializer, Identity, IdentityInitializer>({"IdentityInitializer"});
}

}  // namespace sluice
