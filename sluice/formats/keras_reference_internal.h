#pragma once

#include <cstdint>
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

/// Reads the tensors that a call of a layer takes, in order. Throws Error(invalid_argument) for arguments that are no
/// tensors.
std::vector<KerasReference> read_keras_call(const Json& json);

/// Reads `input_layers` or `output_layers`: one reference, a list or a map of them, which Keras takes by sorted keys.
std::vector<KerasReference> read_keras_references(const Json& json);

}  // namespace sluice
