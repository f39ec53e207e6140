#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// Keras' name for a class in variables, files and layer names: Conv2D → conv2d, MaxPooling2D → max_pooling2d,
/// PReLU → p_re_lu.
std::string snake_case(std::string_view class_name);

}  // namespace sluice
