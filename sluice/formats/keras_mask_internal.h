#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sluice/formats/keras_layer.h"

namespace sluice {

/// The steps that a mask lets count: those whose index is not 0 in one of the nodes; none: every step.
using KerasMask = std::optional<std::vector<int>>;

/// Whether a file holds operations of this class where Keras computes masks: NotEqual, LogicalOr and, for a
/// Concatenate, ExpandDims, ZerosLike, OnesLike, Concatenate and Any, all of module keras.src.ops.numpy.
bool is_mask_operation(std::string_view module, std::string_view class_name);

/// What an operation makes of masks; `nodes` are its arguments that are no masks. Throws Error(invalid_argument) for
/// what is not part of a mask of Keras' own.
KerasMask mask_operation(std::string_view class_name, const std::vector<int>& nodes,
                         const std::vector<KerasMask>& masks);

}  // namespace sluice
