#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sluice {

/// One of several nested loops over two arrays: `size` turns, each of which moves on by `from` and `to` floats.
struct CopyLoop {
  int64_t size, from, to;
};

/// Returns loops that visit the same places in the order of `to`, as few as can be; at least one.
std::vector<CopyLoop> merged_loops(std::vector<CopyLoop> loops);

/// y[Σ iₖ·toₖ] = x[Σ iₖ·fromₖ] for every turn of the loops, the first of which is the outermost.
void copy_along(std::span<const CopyLoop> loops, const float* x, float* y);

/// The way back: x[Σ iₖ·fromₖ] += y[Σ iₖ·toₖ] in a fixed order; a `from` of 0 sums.
void add_back_along(std::span<const CopyLoop> loops, const float* y, float* x);

}  // namespace sluice
