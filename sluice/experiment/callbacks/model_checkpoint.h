#pragma once

#include "sluice/experiment/monitor.h"

namespace sluice {

/// Writes the model after an epoch.
struct ModelCheckpoint {
  std::string filepath;
  std::string monitor = "val_loss";
  bool save_best_only = false;
  bool save_weights_only = false;
  MonitorMode mode = MonitorMode::automatic;
  std::optional<double> initial_value_threshold;

  static constexpr std::string_view class_name = "ModelCheckpoint";
  static constexpr std::string_view doc =
      "Writes the model after each epoch, or after those with the best score so far.";
  static constexpr auto fields() {
    using P = ModelCheckpoint;
    return std::tuple{
        required("filepath", &P::filepath,
                 "the file, such as best.keras or {epoch:02d}-{val_loss:.3f}.keras; relative to the current folder"),
        field("monitor", &P::monitor, "the score that save_best_only watches"),
        field("save_best_only", &P::save_best_only, "whether only better models are written"),
        field("save_weights_only", &P::save_weights_only, "must be false"),
        field("mode", &P::mode, "whether less or more is better"),
        field("initial_value_threshold", &P::initial_value_threshold,
              "score that the first model must be better than")};
  }
};

NamedType<Callback> model_checkpoint_type();

}  // namespace sluice
