#pragma once

#include "sluice/base/files.h"

namespace sluice {

/// Held while a model is being trained, so that two processes do not write one MODEL and MODEL.checkpoint: a lock on
/// the file MODEL.lock, which holds the number of the process (docs/formats/checkpoint.md). The system lets go of it
/// when the process ends, however it does; destruction removes the file.
class TrainingLock {
 public:
  /// Throws Error(conflict) naming the process that trains the model, Error(io) when the file cannot be made.
  explicit TrainingLock(const Path& model);
  ~TrainingLock();
  TrainingLock(const TrainingLock&) = delete;
  TrainingLock& operator=(const TrainingLock&) = delete;

 private:
  Path path_;
  int descriptor_ = -1;
};

}  // namespace sluice
