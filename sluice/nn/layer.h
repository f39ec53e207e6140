#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/nn/constraint.h"
#include "sluice/nn/initializer.h"
#include "sluice/nn/regularizer.h"
#include "sluice/params/named.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

class PlanBuilder;
/// Handle of a value that flows through a plan.
struct Value {
  int id = -1;
};

/// A weight that a layer owns, float32.
struct WeightSpec {
  std::string name;  ///< Keras' name, such as "kernel".
  Shape shape;
  InitializerPtr initializer = zeros();
  RegularizerPtr regularizer = nullptr;  ///< Its penalty is added to the loss.
  ConstraintPtr constraint = nullptr;    ///< Holds after each update.
  bool trainable = true;                 ///< False for statistics, which the forward pass may change in training.
};

/// Where the weights of a layer lie in the flat weight array, in the order of `Layer::weights`.
struct WeightRefs {
  std::vector<int64_t> offsets;
};

/// The immutable description of a layer in Keras' semantics. Shapes leave out the batch dimension; images are
/// [height, width, channels]. One object may be called at several nodes of a graph (a shared layer).
/// `config` holds Keras' parameters without `name` and `trainable`, such as {"units": 10, "activation": "softmax"}.
class Layer : public Named {
 public:
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

using LayerType = NamedType<Layer>;

constexpr std::string_view kind_name(const Layer*) { return "layer"; }
constexpr std::string_view keras_module(const Layer*) { return "keras.layers"; }

/// Every layer class, in the order of the documentation. A layer of your own is one more line in the source.
const std::vector<LayerType>& layer_types();
inline const std::vector<LayerType>& named_types(const Layer*) { return layer_types(); }

/// Returns the class with exactly this name, or nullptr.
const LayerType* find_layer_type(std::string_view class_name);

/// Creates a layer. Throws PathError below `path`: an unknown class or parameter (with the nearest known one), a value
/// out of its bounds.
LayerPtr make_layer(std::string_view class_name, const Json& parameters, const std::string& path = "");

}  // namespace sluice
