#pragma once

#include "sluice/nn/layer.h"

namespace sluice {

/// Layers that join several inputs element by element; at least two. Shapes are aligned at their last dimension;
/// dimensions of size 1, and those that an input lacks in front, are repeated.
struct Merge {
  static constexpr auto fields() { return std::tuple{}; }
};

struct Add : Merge {
  static constexpr std::string_view class_name = "Add";
  static constexpr std::string_view doc = "The sum of all inputs.";
};

/// Takes exactly two inputs.
struct Subtract : Merge {
  static constexpr std::string_view class_name = "Subtract";
  static constexpr std::string_view doc = "The first of two inputs minus the second.";
};

struct Multiply : Merge {
  static constexpr std::string_view class_name = "Multiply";
  static constexpr std::string_view doc = "The product of all inputs.";
};

struct Average : Merge {
  static constexpr std::string_view class_name = "Average";
  static constexpr std::string_view doc = "The mean of all inputs.";
};

/// The first of equal inputs takes the gradient.
struct Maximum : Merge {
  static constexpr std::string_view class_name = "Maximum";
  static constexpr std::string_view doc = "The largest of all inputs.";
};

/// The first of equal inputs takes the gradient.
struct Minimum : Merge {
  static constexpr std::string_view class_name = "Minimum";
  static constexpr std::string_view doc = "The smallest of all inputs.";
};

LayerPtr make(const Add& parameters);
LayerPtr make(const Subtract& parameters);
LayerPtr make(const Multiply& parameters);
LayerPtr make(const Average& parameters);
LayerPtr make(const Maximum& parameters);
LayerPtr make(const Minimum& parameters);
LayerType add_type();
LayerType subtract_type();
LayerType multiply_type();
LayerType average_type();
LayerType maximum_type();
LayerType minimum_type();

}  // namespace sluice
