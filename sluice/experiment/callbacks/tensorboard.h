#pragma once

#include "sluice/experiment/callback.h"

namespace sluice {

/// Writes the scores of each epoch as events, by Keras' tags: epoch_loss, epoch_accuracy, …, epoch_learning_rate.
struct TensorBoard {
  std::string log_dir = "logs";

  static constexpr std::string_view class_name = "TensorBoard";
  static constexpr std::string_view doc =
      "Writes the scores of each epoch for TensorBoard; epochs are counted from 0, as Keras does.";
  static constexpr auto fields() {
    return std::tuple{field("log_dir", &TensorBoard::log_dir,
                            "the folder; relative to the current one; train and validation below it")};
  }
};

NamedType<Callback> tensorboard_type();

}  // namespace sluice
