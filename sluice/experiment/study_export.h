#pragma once

#include "sluice/base/files.h"
#include "sluice/tune/summary.h"

namespace sluice {

/// Writes a study as runs of TensorBoard, one for each trial: `FOLDER/trial-NUMBER` with the metrics of its epochs as
/// scalars, and its parameters and end for the HParams dashboard. The folder must be empty or not be there. Throws
/// Error(conflict), Error(io).
void export_to_tensorboard(const StudySummary& study, const Path& folder);

}  // namespace sluice
