#pragma once

namespace sluice {

/// Measures the floating point operations a second that this core reaches in float32 with all operands in registers:
/// the limit that kernels are held against. Takes a few milliseconds. A multiply-add counts two.
double core_flop_rate();

}  // namespace sluice
