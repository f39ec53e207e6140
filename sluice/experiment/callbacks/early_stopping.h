#pragma once

#include "sluice/experiment/monitor.h"

namespace sluice {

/// Ends a training when a score has not become better for some epochs.
struct EarlyStopping {
  std::string monitor = "val_loss";
  double min_delta = 0;
  int64_t patience = 0;
  MonitorMode mode = MonitorMode::automatic;
  std::optional<double> baseline;
  bool restore_best_weights = false;
  int64_t start_from_epoch = 0;

  static constexpr std::string_view class_name = "EarlyStopping";
  static constexpr std::string_view doc =
      "Ends a training when a score has not become better for some epochs. A trial keeps its best weights in any case.";
  static constexpr auto fields() {
    using P = EarlyStopping;
    return std::tuple{
        field("monitor", &P::monitor, "the score that is watched"),
        field("min_delta", &P::min_delta, "smallest change that counts"),
        field("patience", &P::patience, at_least(0), "epochs without a better score before the end"),
        field("mode", &P::mode, "whether less or more is better"),
        field("baseline", &P::baseline, "score that must be reached for patience to begin anew"),
        field("restore_best_weights", &P::restore_best_weights, "whether the model gets the weights of the best epoch"),
        field("start_from_epoch", &P::start_from_epoch, at_least(0), "epochs that are not watched")};
  }
};

NamedType<Callback> early_stopping_type();

}  // namespace sluice
