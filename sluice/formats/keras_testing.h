#pragma once

#include <functional>
#include <string>

#include "sluice/nn/model.h"

namespace sluice {

/// Models for the tests of .keras files; weights and optimizer state are arbitrary but always the same.

/// LeNet in small, Sequential, with Adam and its state.
Model convolutional_model();

/// Functional: two inputs, a shared layer, two outputs, and layers made in another order than Keras lists them; SGD
/// with momentum and its state.
Model shared_model();

/// Dense layers without compile configuration.
Model plain_model();

/// Returns a .keras file with another config.json.
std::string edit_config(const std::string& file, const std::function<void(Json&)>& edit);

/// Returns a .keras file whose config.json has `text` replaced everywhere. The text must be there.
std::string replace_in_config(const std::string& file, const std::string& text, const std::string& replacement);

/// Returns the message of the error that reading the file gives; "" when it gives none.
std::string read_error(const std::string& file);

}  // namespace sluice
