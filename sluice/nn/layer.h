#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/params/fields.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

class PlanBuilder;
struct Value;

/// How a new weight is filled. Names are Keras' without the module.
enum class Initializer { zeros, ones, glorot_uniform };
constexpr auto enum_names(Initializer) { return std::to_array<const char*>({"zeros", "ones", "glorot_uniform"}); }

/// A weight that a layer owns, float32.
struct WeightSpec {
  std::string name;  ///< Keras' name, such as "kernel".
  Shape shape;
  Initializer initializer = Initializer::zeros;
  bool trainable = true;
  int64_t fan_in = 1;   ///< Inputs of one output element, receptive field included.
  int64_t fan_out = 1;  ///< Outputs of one input element, receptive field included.
};

/// Where the weights of a layer lie in the flat weight array, in the order of `Layer::weights`.
struct WeightRefs {
  std::vector<int64_t> offsets;
};

/// The immutable description of a layer in Keras' semantics. Shapes leave out the batch dimension; images are
/// [height, width, channels]. One object may be called at several nodes of a graph (a shared layer).
class Layer {
 public:
  virtual ~Layer() = default;

  /// Keras' class name, such as "Conv2D".
  virtual std::string_view class_name() const = 0;

  /// Keras' parameters of the layer without `name`, such as {"units": 10, "activation": "softmax"}.
  virtual Json config() const = 0;

  /// Checks the inputs and returns the output's shape. Throws Error(invalid_argument) that says what was expected.
  virtual Shape output_shape(std::span<const Shape> inputs) const = 0;

  /// The weights for these input shapes, in Keras' order.
  virtual std::vector<WeightSpec> weights(std::span<const Shape>) const { return {}; }

  /// Floating point operations of the forward pass for one row; a multiply-add counts two.
  virtual int64_t flop(std::span<const Shape> inputs) const;

  /// Appends the kernel calls of one node to a plan, forward and reverse, and returns the output.
  virtual Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const = 0;
};

using LayerPtr = std::shared_ptr<const Layer>;

/// A layer class as users name it.
struct LayerType {
  std::string class_name;
  std::string doc;
  std::vector<FieldInfo> fields;
  LayerPtr (*create)(const Json& parameters, const std::string& path);
};

/// Every layer class, in the order of the documentation.
const std::vector<LayerType>& layer_types();

/// Returns the class with this name, or nullptr.
const LayerType* find_layer_type(std::string_view class_name);

/// Creates a layer. Throws PathError below `path`: an unknown class or parameter (with the nearest known one), a value
/// out of its bounds.
LayerPtr make_layer(std::string_view class_name, const Json& parameters, const std::string& path = "");

}  // namespace sluice
