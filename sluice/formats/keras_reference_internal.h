#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/json.h"

namespace sluice {

/// A tensor in a Functional model: a layer, which of its calls, and which of the call's outputs.
struct KerasReference {
  std::string layer;
  int64_t call;
  int64_t output;
};

/// What a call of a layer takes: tensors in order, and the masks of the first of them, where there are any.
struct KerasCall {
  std::vector<KerasReference> inputs;
  std::vector<std::optional<KerasReference>> masks;
};

/// Reads a call of a layer. Throws Error(invalid_argument) for arguments that are no tensors.
KerasCall read_keras_call(const Json& json);

/// Reads a call of an operation that makes a mask; of `not_equal(indices, 0)` the indices are its input.
KerasCall read_keras_mask_call(const Json& json);

/// Reads `input_layers` or `output_layers`: one reference, a list or a map of them, which Keras takes by sorted keys.
std::vector<KerasReference> read_keras_references(const Json& json);

}  // namespace sluice
