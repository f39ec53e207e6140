#include "sluice/cli/train_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sluice/cli/text.h"

namespace sluice::cli {
namespace {

/// Four decimals; as a power of ten where these would say nothing.
std::string short_score(double value) {
  const double size = std::abs(value);
  const bool plain = size == 0 || (size >= 1e-3 && size < 1e5);
  return plain ? fmt::format("{:.4f}", value) : fmt::format("{:.4e}", value);
}

std::string scores_line(const Scores& scores) {
  std::string text;
  for (const auto& [name, value] : scores) text += "  " + name + " " + short_score(value);
  return text;
}

std::string bar_text(double share) {
  constexpr int width = 16;
  int full = std::clamp(static_cast<int>(share * width), 0, width);
  return std::string(static_cast<size_t>(full), '#') + std::string(static_cast<size_t>(width - full), '.');
}

}  // namespace

TrainProgress::TrainProgress(Progress& progress, int64_t rows) : progress_(progress), rows_(rows) {
  progress_.show([this] { return std::vector<std::string>{live_line()}; });
}

TrainProgress::~TrainProgress() { progress_.hide(); }

void TrainProgress::observe(const TrainingProgress& state) {
  std::string line;
  {
    std::lock_guard lock(mutex_);
    state_ = state;
    if (state.scores.empty()) return;
    line = epoch_line(state);
    former_seconds_ = state.seconds;
  }
  progress_.line(line);
}

std::string TrainProgress::epoch_line(const TrainingProgress& state) const {
  double seconds = state.seconds - former_seconds_;
  std::string speed =
      seconds > 0 ? count_text(static_cast<int64_t>(static_cast<double>(rows_) / seconds)) + " samples/s" : "";
  return fmt::format("epoch {}/{}{}  {}  {}", state.epoch, state.epochs, scores_line(state.scores),
                     duration_text(seconds), speed);
}

std::string TrainProgress::live_line() {
  std::lock_guard lock(mutex_);
  if (state_.steps == 0) return "preparing";
  double share = static_cast<double>(state_.step) / static_cast<double>(state_.steps);
  double done = static_cast<double>(state_.epoch - state_.first_epoch) + share;
  double all = static_cast<double>(state_.epochs - state_.first_epoch + 1);
  double left = done > 0 ? state_.seconds / done * (all - done) : 0;
  return fmt::format("epoch {}/{}  [{}]  step {}/{}  loss {}  {}", state_.epoch, state_.epochs, bar_text(share),
                     state_.step, state_.steps, short_score(state_.loss), left_text(left));
}

}  // namespace sluice::cli
