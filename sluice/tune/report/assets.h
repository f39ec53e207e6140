#pragma once

#include <string_view>

namespace sluice {

/// Files that are part of the program.
enum class Asset { style, script, echarts };

/// The file's text.
std::string_view asset(Asset which);

}  // namespace sluice
