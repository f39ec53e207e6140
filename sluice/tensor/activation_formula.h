#pragma once

#include <string_view>

#include "sluice/tensor/activation.h"

namespace sluice {

/// What an activation function computes, in one line for people.
std::string_view formula(Activation activation);

}  // namespace sluice
