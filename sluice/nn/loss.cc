#include "sluice/nn/loss.h"

#include "sluice/nn/losses/cross_entropy.h"
#include "sluice/nn/losses/mean_squared_error.h"
#include "sluice/nn/plan.h"

namespace sluice {

float ScoreTarget::gradient_scale(const Step& step) const {
  return static_cast<float>(loss_weight) / static_cast<float>(step.rows);
}

const std::vector<NamedType<Loss>>& named_types(const Loss*) {
  static const std::vector<NamedType<Loss>> types{
      sparse_categorical_crossentropy_type(),
      categorical_crossentropy_type(),
      mean_squared_error_type(),
  };
  return types;
}

LossPtr find_loss(std::string_view name) { return make_named<Loss>(name, {}); }

}  // namespace sluice
