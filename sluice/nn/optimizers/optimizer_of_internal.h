#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Throws Error(invalid_argument) when parameters exclude each other.
void check_update_parameters(std::string_view class_name, const UpdateParameters& parameters);

/// Base of an optimizer that is described by UpdateParameters with `learning_rate` and the parameters of its rule.
template <class Parameters>
class OptimizerOf : public ParameterNamed<Optimizer, Parameters> {
 public:
  explicit OptimizerOf(const Parameters& parameters) : ParameterNamed<Optimizer, Parameters>(parameters) {
    check_update_parameters(Parameters::class_name, parameters);
  }
  using Optimizer::learning_rate;
  const LearningRate& learning_rate() const override { return this->p.learning_rate; }

 protected:
  const UpdateParameters& update_parameters() const override { return this->p; }
};

}  // namespace sluice
