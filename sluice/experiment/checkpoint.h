#pragma once

#include <string>
#include <string_view>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/experiment/callback.h"
#include "sluice/nn/trainer.h"

namespace sluice {

/// Where a training stood after an epoch, with the metrics of that epoch; docs/formats/checkpoint.md.
struct Checkpoint {
  TrainingState state;
  Json metrics = Json::object();
  std::vector<CallbackState> callbacks = {};  ///< In the order of the plan's.
  bool stopped = false;                       ///< A callback ended the training here.
  Json identity = {};                         ///< Of the training, where the folder does not tell; else null.
};

/// Returns the checkpoint as the bytes of a file.
std::string write_checkpoint(const Checkpoint& checkpoint);

/// Reads it. `name` stands for the file in messages. Throws CheckpointError when the bytes are cut off, changed or no
/// checkpoint.
Checkpoint read_checkpoint(std::string_view bytes, const std::string& name);

/// The file of an epoch in the directory of its trial.
Path checkpoint_path(const Path& directory, int64_t epoch);

/// Writes the file of the state's epoch; it is durable when this returns. Throws Error(io).
void save_checkpoint(const Checkpoint& checkpoint, const Path& directory);

/// Reads the file of an epoch and checks that it fits the graph and the optimizer. Throws CheckpointError when it is
/// missing or damaged or does not fit.
Checkpoint load_checkpoint(const Path& directory, int64_t epoch, const Graph& graph, const Optimizer& optimizer);

/// Whether the sizes in a checkpoint are those of the graph and the optimizer.
bool fits(const Checkpoint& checkpoint, const Graph& graph, const Optimizer& optimizer);

/// Removes the checkpoints in a directory but those of these two epochs.
void remove_checkpoints_but(const Path& directory, int64_t epoch, int64_t best_epoch);

}  // namespace sluice
