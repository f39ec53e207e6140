#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/nn/layer.h"

namespace sluice {

struct Step;

/// What the labels of an output look like once bound: int32 class numbers of the output's shape without its last
/// dimension, or float32 of the output's shape.
enum class LabelKind { classes, values };

/// Which labels a loss or a metric reads and where in `Step::sums` it adds.
struct ScoreTarget {
  int output = 0;          ///< Index of the output: of its labels and row weights among the examples.
  int sum = 0;             ///< The first of its sums.
  double loss_weight = 1;  ///< Factor of the loss in the sum of all.

  /// What the gradient of a row's loss counts in that of the mean over the rows.
  float gradient_scale(const Step& step) const;
};

/// A loss, averaged over rows as Keras' `sum_over_batch_size` does.
class Loss : public Named {
 public:
  /// The name in experiment files and results, such as "sparse_categorical_crossentropy".
  virtual std::string_view name() const = 0;

  virtual LabelKind label_kind() const = 0;

  /// Whether labels that are class numbers may be made one-hot for it.
  virtual bool takes_one_hot() const { return false; }

  /// Throws Error(invalid_argument) when an output of this shape cannot be scored by the loss.
  virtual void check_output(const Shape& shape) const = 0;

  /// Appends the calls that add the weighted loss of every row to the sum, and in training the gradient of the mean
  /// over rows.
  virtual void build(PlanBuilder& plan, const Value& output, const ScoreTarget& target) const = 0;
};

using LossPtr = std::shared_ptr<const Loss>;

constexpr std::string_view kind_name(const Loss*) { return "loss"; }
constexpr std::string_view keras_module(const Loss*) { return "keras.losses"; }

/// Every loss.
const std::vector<NamedType<Loss>>& named_types(const Loss*);

/// Returns the loss with this name and its defaults. Throws Error(invalid_argument) with the nearest known name.
LossPtr find_loss(std::string_view name);

}  // namespace sluice
