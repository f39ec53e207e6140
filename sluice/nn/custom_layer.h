#pragma once

#include <string>
#include <string_view>

#include "sluice/nn/layer.h"
#include "sluice/nn/parameter_layer_internal.h"

/// All that a layer of your own needs: `Layer` and its plan, and a name by which files find it. See
/// examples/custom_layer.
namespace sluice {

/// Makes a layer class of your own known under its name: experiments name it like any other, and `.keras` files by the
/// registered name `PACKAGE>CLASS`, as keras.saving.register_keras_serializable(package) writes it. Nothing is done
/// when it is known already. To be called before models are read or made, while no other thread does so.
///
/// Throws Error(invalid_argument) when another layer has this name, or package or name are empty or hold `>`.
void register_layer_type(const LayerType& type, std::string_view package = "Custom");

/// Returns the registered name of a class, such as "Custom>Scale"; "" for Keras' own layers.
std::string registered_layer_name(std::string_view class_name);

}  // namespace sluice
