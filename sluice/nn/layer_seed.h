#pragma once

#include <string_view>

namespace sluice {

/// What help says about the parameter `seed` of layers that draw random numbers. It is kept for files of Keras: here
/// the numbers follow from the seed of the training, the layer's place in the network, the step and the row.
constexpr std::string_view layer_seed_doc = "kept for Keras; draws follow the seed of the training";

}  // namespace sluice
