#include "sluice/experiment/advice.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sluice {
namespace {

/// Whether a loss takes outputs for probabilities, which it cuts to the range of them.
bool expects_probabilities(const Loss& loss) {
  const Json config = loss.config();
  const Json* logits = config.find("from_logits");
  return logits != nullptr && *logits == Json(false);
}

/// Whether a layer ends with an activation that gives no probabilities. Layers without one may pass on what others
/// gave.
bool gives_other_values(const Layer& layer) {
  constexpr std::array<std::string_view, 4> fine = {"softmax", "sigmoid", "hard_sigmoid", "sparsemax"};
  const Json config = layer.config();
  const Json* activation = config.find("activation");
  if (activation == nullptr || !activation->is_string()) return false;
  return std::ranges::find(fine, activation->as_string()) == fine.end();
}

}  // namespace

std::vector<std::string> advice_on(const TrialPlan& plan) {
  std::vector<std::string> advice;
  for (size_t i = 0; i < plan.graph.outputs().size(); ++i) {
    const int node = plan.graph.outputs()[i];
    const Loss& loss = *plan.compile.losses[i];
    const Layer& layer = plan.graph.node_layer(node);
    if (!expects_probabilities(loss) || !gives_other_values(layer)) continue;
    advice.push_back(std::string(loss.name()) + " expects probabilities, but the output \"" +
                     plan.graph.node_name(node) + "\" has the activation " +
                     layer.config().at("activation").as_string() + "; use softmax or sigmoid, or from_logits: true");
  }
  return advice;
}

}  // namespace sluice
