#pragma once

#include <array>

namespace sluice {

/// Where new pixels come from: the nearest one, or a mean of four weighted by how near they are.
enum class Interpolation { nearest, bilinear };
constexpr auto enum_names(Interpolation) { return std::to_array<const char*>({"nearest", "bilinear"}); }

}  // namespace sluice
