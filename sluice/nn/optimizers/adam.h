#pragma once

#include "sluice/nn/optimizer.h"

namespace sluice {

/// Adam (Kingma and Ba 2015), with AMSGrad (Reddi et al. 2018).
struct Adam : UpdateParameters {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;

  static constexpr std::string_view class_name = "Adam";
  static constexpr std::string_view doc = "Adam: steps scaled by running means of the gradient and of its square.";
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{field("learning_rate", &Adam::learning_rate, at_least(0), "step size"),
                   field("beta_1", &Adam::beta_1, between(0, 1).below_high(), "decay of the mean of the gradient"),
                   field("beta_2", &Adam::beta_2, between(0, 1).below_high(), "decay of the mean of its square"),
                   field("epsilon", &Adam::epsilon, above(0), "added to the root"),
                   field("amsgrad", &Adam::amsgrad, "whether the largest mean of the square so far counts")},
        update_fields());
  }
};

/// Adam whose weights decay (Loshchilov and Hutter 2019).
struct AdamW : UpdateParameters {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;

  AdamW() { weight_decay = 0.004; }

  static constexpr std::string_view class_name = "AdamW";
  static constexpr std::string_view doc = "Adam with weight decay apart from the gradient.";
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{field("learning_rate", &AdamW::learning_rate, at_least(0), "step size"),
                   field("beta_1", &AdamW::beta_1, between(0, 1).below_high(), "decay of the mean of the gradient"),
                   field("beta_2", &AdamW::beta_2, between(0, 1).below_high(), "decay of the mean of its square"),
                   field("epsilon", &AdamW::epsilon, above(0), "added to the root"),
                   field("amsgrad", &AdamW::amsgrad, "whether the largest mean of the square so far counts")},
        update_fields());
  }
};

OptimizerPtr make(const Adam& parameters);
OptimizerType adam_type();
OptimizerPtr make(const AdamW& parameters);
OptimizerType adamw_type();

}  // namespace sluice
