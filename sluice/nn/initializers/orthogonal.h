#pragma once

#include "sluice/nn/initializer.h"

namespace sluice {

/// Random with orthonormal columns (or rows, where these are fewer) of the weight as a matrix [all but the last, last]
/// (Saxe et al. 2013).
NamedType<Initializer> orthogonal_type();

}  // namespace sluice
