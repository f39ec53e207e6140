#pragma once

#include <functional>

#include "sluice/cli/requests.h"
#include "sluice/data/dataset.h"
#include "sluice/nn/model.h"

namespace sluice::cli {

/// Loads the rows that a request names for a model; with a scale other than 1 the inputs become float32 and are
/// multiplied by it. Throws as `load_files`.
Dataset load_model_data(const Graph& graph, const DataOptions& source, const CommonOptions& common);

/// Returns what `bind` returns; its Error(invalid_argument) gets the files in front.
Examples bind_source(const DataOptions& source, const std::function<Examples()>& bind);

/// Threads for inference: one for each core this process may use.
int inference_threads();

}  // namespace sluice::cli
