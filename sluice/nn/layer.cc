#include "sluice/nn/layer.h"

#include <algorithm>
#include <map>

#include "sluice/nn/channels_first.h"
#include "sluice/nn/custom_layer.h"
#include "sluice/nn/layers/activation.h"
#include "sluice/nn/layers/alpha_dropout.h"
#include "sluice/nn/layers/batch_normalization.h"
#include "sluice/nn/layers/center_crop.h"
#include "sluice/nn/layers/concatenate.h"
#include "sluice/nn/layers/conv1d.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/conv_transpose.h"
#include "sluice/nn/layers/cropping.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/depthwise_conv.h"
#include "sluice/nn/layers/dot.h"
#include "sluice/nn/layers/dropout.h"
#include "sluice/nn/layers/elu.h"
#include "sluice/nn/layers/embedding.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/gaussian_noise.h"
#include "sluice/nn/layers/global_pooling.h"
#include "sluice/nn/layers/group_normalization.h"
#include "sluice/nn/layers/input.h"
#include "sluice/nn/layers/layer_normalization.h"
#include "sluice/nn/layers/merge.h"
#include "sluice/nn/layers/normalization.h"
#include "sluice/nn/layers/permute.h"
#include "sluice/nn/layers/pooling1d.h"
#include "sluice/nn/layers/pooling2d.h"
#include "sluice/nn/layers/prelu.h"
#include "sluice/nn/layers/random_contrast.h"
#include "sluice/nn/layers/random_crop.h"
#include "sluice/nn/layers/random_flip.h"
#include "sluice/nn/layers/random_rotation.h"
#include "sluice/nn/layers/random_translation.h"
#include "sluice/nn/layers/random_zoom.h"
#include "sluice/nn/layers/relu.h"
#include "sluice/nn/layers/repeat_vector.h"
#include "sluice/nn/layers/rescaling.h"
#include "sluice/nn/layers/reshape.h"
#include "sluice/nn/layers/resizing.h"
#include "sluice/nn/layers/separable_conv.h"
#include "sluice/nn/layers/softmax.h"
#include "sluice/nn/layers/unit_normalization.h"
#include "sluice/nn/layers/upsampling.h"
#include "sluice/nn/layers/zero_padding.h"

namespace sluice {
namespace {

/// Packages of the layers that were registered, by class name.
std::map<std::string, std::string, std::less<>>& packages() {
  static std::map<std::string, std::string, std::less<>> packages;
  return packages;
}

std::vector<LayerType>& all_types() {
  static std::vector<LayerType> types{
      input_type(),
      rescaling_type(),
      normalization_type(),
      conv2d_type(),
      conv1d_type(),
      conv2d_transpose_type(),
      conv1d_transpose_type(),
      depthwise_conv2d_type(),
      depthwise_conv1d_type(),
      separable_conv2d_type(),
      separable_conv1d_type(),
      max_pooling2d_type(),
      average_pooling2d_type(),
      max_pooling1d_type(),
      average_pooling1d_type(),
      global_max_pooling1d_type(),
      global_max_pooling2d_type(),
      global_average_pooling1d_type(),
      global_average_pooling2d_type(),
      batch_normalization_type(),
      layer_normalization_type(),
      group_normalization_type(),
      unit_normalization_type(),
      embedding_type(),
      add_type(),
      subtract_type(),
      multiply_type(),
      average_type(),
      maximum_type(),
      minimum_type(),
      concatenate_type(),
      dot_type(),
      flatten_type(),
      reshape_type(),
      permute_type(),
      repeat_vector_type(),
      zero_padding1d_type(),
      zero_padding2d_type(),
      cropping1d_type(),
      cropping2d_type(),
      up_sampling1d_type(),
      up_sampling2d_type(),
      resizing_type(),
      center_crop_type(),
      random_rotation_type(),
      random_translation_type(),
      random_zoom_type(),
      random_flip_type(),
      random_crop_type(),
      random_contrast_type(),
      random_brightness_type(),
      dense_type(),
      dropout_type(),
      spatial_dropout1d_type(),
      spatial_dropout2d_type(),
      gaussian_dropout_type(),
      alpha_dropout_type(),
      gaussian_noise_type(),
      activation_type(),
      relu_type(),
      leaky_relu_type(),
      prelu_type(),
      elu_type(),
      softmax_type(),
  };
  return types;
}

/// Creates a layer from its parameters and, where its class has one, `data_format`.
LayerPtr create(const LayerType& type, const Json& parameters, const std::string& path) {
  const Json* format = parameters.is_object() ? parameters.find("data_format") : nullptr;
  if (format == nullptr || !has_data_format(type.class_name)) return type.create(parameters, path);
  const bool first = *format == Json("channels_first");
  if (!first && *format != Json("channels_last")) {
    throw PathError(path + "/data_format",
                    "data_format: expected channels_last or channels_first, got " + format->dump());
  }
  Json others = parameters;
  std::erase_if(others.as_object(), [](const auto& entry) { return entry.first == "data_format"; });
  const LayerPtr layer = type.create(others, path);
  return first ? channels_first(layer) : layer;
}

}  // namespace

int64_t Layer::flop(std::span<const Shape> inputs) const { return element_count(output_shape(inputs)); }

const std::vector<LayerType>& layer_types() { return all_types(); }

const LayerType* find_layer_type(std::string_view class_name) {
  const auto& types = layer_types();
  auto found =
      std::find_if(types.begin(), types.end(), [&](const LayerType& type) { return type.class_name == class_name; });
  return found == types.end() ? nullptr : &*found;
}

void register_layer_type(const LayerType& type, std::string_view package) {
  for (std::string_view name : {std::string_view(type.class_name), package}) {
    if (name.empty() || name.find('>') != std::string_view::npos)
      throw invalid("a layer cannot be registered as \"" + std::string(package) + ">" + type.class_name + "\"");
  }
  if (find_layer_type(type.class_name) != nullptr) {
    const auto known = packages().find(type.class_name);
    if (known != packages().end() && known->second == package) return;
    throw invalid("a layer named \"" + type.class_name + "\" is known already");
  }
  all_types().push_back(type);
  packages()[type.class_name] = package;
}

std::string registered_layer_name(std::string_view class_name) {
  const auto found = packages().find(class_name);
  return found == packages().end() ? "" : found->second + ">" + found->first;
}

LayerPtr make_layer(std::string_view class_name, const Json& parameters, const std::string& path) {
  if (const LayerType* type = find_layer_type(class_name)) return create(*type, parameters, path);
  std::vector<std::string> names;
  for (const LayerType& type : layer_types()) names.push_back(type.class_name);
  throw PathError(path, unknown_name("layer", class_name, names));
}

}  // namespace sluice
