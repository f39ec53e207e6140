#pragma once

#include "sluice/experiment/monitor.h"

namespace sluice {

/// Lowers the learning rate when a score has not become better for some epochs.
struct ReduceLROnPlateau {
  std::string monitor = "val_loss";
  double factor = 0.1;
  int64_t patience = 10;
  MonitorMode mode = MonitorMode::automatic;
  double min_delta = 0.0001;
  int64_t cooldown = 0;
  double min_lr = 0;

  static constexpr std::string_view class_name = "ReduceLROnPlateau";
  static constexpr std::string_view doc =
      "Lowers the learning rate when a score has not become better for some epochs.";
  static constexpr auto fields() {
    using P = ReduceLROnPlateau;
    return std::tuple{
        field("monitor", &P::monitor, "the score that is watched"),
        field("factor", &P::factor, between(0, 1).below_high(), "what the rate is multiplied by"),
        field("patience", &P::patience, at_least(0), "epochs without a better score before it is lowered"),
        field("mode", &P::mode, "whether less or more is better"),
        field("min_delta", &P::min_delta, "smallest change that counts"),
        field("cooldown", &P::cooldown, at_least(0), "epochs after lowering it that are not counted"),
        field("min_lr", &P::min_lr, at_least(0), "the rate is not lowered further")};
  }
};

NamedType<Callback> reduce_lr_on_plateau_type();

}  // namespace sluice
