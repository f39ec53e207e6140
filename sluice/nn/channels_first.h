#pragma once

#include <string_view>

#include "sluice/nn/layer.h"

namespace sluice {

/// Whether Keras gives the layer class a `data_format`: where images and steps have their channels.
bool has_data_format(std::string_view class_name);

/// The layer over inputs that have their channels first: [channels, height, width] or [channels, steps]. Its weights
/// are those of `layer`; a result with as many dimensions as the input has its channels first, too. `config` says
/// data_format: channels_first. Channels are moved to the end and back: such networks are slower.
LayerPtr channels_first(LayerPtr layer);

}  // namespace sluice
