#pragma once

#include <string>
#include <string_view>

#include "sluice/base/files.h"
#include "sluice/nn/model.h"

namespace sluice {

/// Writes a model as Keras 3's `.keras` file (a zip of metadata.json, config.json, model.weights.h5), with compile
/// configuration and optimizer state when it has them; `Model::facts` rides in the member `sluice.json`, which Keras
/// ignores. How the model was trained is left out, and the fact `compile_left_out` says why, where Keras has no such
/// learning rate schedule. The same model gives the same bytes.
std::string write_keras(const Model& model);

/// Reads a `.keras` file written by Keras 3 or by `write_keras`. `name` is for messages. Throws
/// Error(invalid_argument) for anything but such a file: a truncated zip, a layer or parameter that is not known,
/// missing weights or weights of another shape.
Model read_keras(std::string_view bytes, const std::string& name);

/// Reads a model file. Throws Error(not_found) when it is missing.
Model load_model(const Path& path);

/// Writes a model file, replacing it at once or not at all.
void save_model(const Model& model, const Path& path);

}  // namespace sluice
