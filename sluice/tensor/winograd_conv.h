#pragma once

#include "sluice/tensor/row_conv.h"

namespace sluice {

/// By Winograd's minimal filtering (Lavin and Gray 2016), of kernels of 3×3 or 5×5 without strides and dilation: tiles
/// of 4×4 outputs as 36 (64) products of matrices instead of 144 (400), between transforms of inputs and outputs.
/// Rounding errors are below 1.5e-6 (5e-6) of the result, as root mean squares. Fast where channels and filters fill
/// vectors.
const RowConv& winograd_conv();

}  // namespace sluice
