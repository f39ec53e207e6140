#pragma once

#include <string>
#include <string_view>

#include "sluice/base/json.h"
#include "sluice/nn/graph.h"
#include "sluice/nn/layers/input.h"

namespace sluice {

/// One entry of the list `layers` in Keras' config.json.
struct KerasLayerEntry {
  std::string class_name;
  std::string name;  ///< "" when the file leaves it out.
  const Json* config;
  const Json* entry;  ///< The whole, with `inbound_nodes` and `build_config`.

  /// For messages: `layer conv2d_1 (Conv2D)`.
  std::string text() const;
  bool is_input() const { return class_name == "InputLayer"; }
  bool is_model() const;
  /// Whether it is a part of a mask that Keras computes, no layer (see keras_mask_internal.h).
  bool is_mask() const;
  bool trainable() const;
};

/// Says whether models of this class are read: Sequential, Functional and its older name Model.
bool is_keras_model(std::string_view class_name);

/// Looks at an entry; `json` must stay alive. Throws Error(invalid_argument) naming the layer when its class is not one
/// of Keras' or of ours; nothing is run, whatever the file holds.
KerasLayerEntry read_keras_entry(const Json& json);

/// The value of a function or an array, which Keras writes as maps; any other as it is.
Json plain_keras_value(const Json& value);

/// Creates the layer. Keys that Sluice lacks are accepted where they change nothing (name, initializers, nulls).
/// Throws Error(invalid_argument) naming layer and parameter for any other, and for a type other than float32.
LayerPtr read_keras_layer(const KerasLayerEntry& entry);

/// What an InputLayer says; sizes that it leaves open are `open_size`.
Input read_keras_input(const KerasLayerEntry& entry, int64_t open_size);

/// Reads Keras' shape with the batch in front, such as [null, 28, 28, 1], and leaves the batch out. Other sizes that
/// are null become open, and `open_size`.
Input read_batch_shape(const Json& json, int64_t open_size);

/// The reverse of `read_batch_shape`; dimensions in `open` are written as null.
Json write_batch_shape(const Shape& shape, const std::vector<int64_t>& open = {});

/// Writes the entry of a layer whose first call is `node`.
Json write_keras_layer(const Graph& graph, int node);

}  // namespace sluice
