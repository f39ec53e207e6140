#pragma once

#include <chrono>
#include <optional>

#include "sluice/experiment/checkpoint.h"

namespace sluice {

/// The file MODEL.checkpoint beside a model in which its training keeps where it stands (docs/formats/checkpoint.md),
/// so that it can go on after a kill. It is there while a training runs and after it was cut off.
class TrainingCheckpoint {
 public:
  /// `identity` is a map of what makes the training this one.
  TrainingCheckpoint(const Path& model, Json identity);

  const Path& path() const { return path_; }

  /// Whether the file is there.
  bool is_there() const;

  /// Returns whether the file of an earlier training is there. Throws Error(conflict) when it is and this training is
  /// not to go on with it.
  static bool check(const Path& model, bool resume);

  /// How many threads the training of the file has; nothing when there is none. Throws Error(invalid_argument) when it
  /// is damaged.
  static std::optional<int64_t> threads(const Path& model);

  /// Reads the file; nothing when there is none. Throws Error(conflict) naming what differs when it is of another
  /// training, Error(invalid_argument) when it is damaged.
  std::optional<Checkpoint> load(const Graph& graph, const Optimizer& optimizer) const;

  /// Replaces the file; it is durable then.
  void write(Checkpoint checkpoint);

  /// The same, but skipped where it would take more than a twentieth of the time.
  void keep(const Checkpoint& checkpoint);

  /// Removes the file, and what killed processes left of it.
  void remove() const;

 private:
  using Clock = std::chrono::steady_clock;
  Path path_;
  Json identity_;
  Clock::time_point last_end_ = Clock::now();
  Clock::duration last_cost_{};
};

}  // namespace sluice
