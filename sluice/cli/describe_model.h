#pragma once

#include <string>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/nn/model.h"

namespace sluice::cli {

/// Returns all that a model file holds but its weights: layers with parameters and shapes, compile configuration,
/// facts.
Json model_json(const Model& model, const Path& path);

/// Returns a table of the layers and what else a person wants to know.
std::string model_text(const Model& model, const Path& path);

}  // namespace sluice::cli
