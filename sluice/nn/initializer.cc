#include "sluice/nn/initializer.h"

#include "sluice/nn/initializers/constant.h"
#include "sluice/nn/initializers/orthogonal.h"
#include "sluice/nn/initializers/random_normal.h"
#include "sluice/nn/initializers/random_uniform.h"
#include "sluice/nn/initializers/variance_scaling.h"

namespace sluice {

const std::vector<NamedType<Initializer>>& named_types(const Initializer*) {
  static const std::vector<NamedType<Initializer>> types{
      zeros_type(),
      ones_type(),
      constant_type(),
      identity_type(),
      glorot_uniform_type(),
      glorot_normal_type(),
      he_uniform_type(),
      he_normal_type(),
      lecun_uniform_type(),
      lecun_normal_type(),
      variance_scaling_type(),
      orthogonal_type(),
      random_normal_type(),
      truncated_normal_type(),
      random_uniform_type(),
  };
  return types;
}

InitializerPtr zeros() {
  static const InitializerPtr shared = make_named<Initializer>("zeros", {});
  return shared;
}

InitializerPtr ones() {
  static const InitializerPtr shared = make_named<Initializer>("ones", {});
  return shared;
}

InitializerPtr glorot_uniform() {
  static const InitializerPtr shared = make_named<Initializer>("glorot_uniform", {});
  return shared;
}

}  // namespace sluice
