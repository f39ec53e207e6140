#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/nn/layer.h"

namespace sluice {

/// What the labels of an output look like once bound: int32 class numbers, one a row, or float32 of the output's shape.
enum class LabelKind { classes, values };

/// A loss, averaged over rows as Keras' `sum_over_batch_size` does.
class Loss {
 public:
  virtual ~Loss() = default;

  /// The name in experiment files and Keras, such as "sparse_categorical_crossentropy".
  virtual std::string_view name() const = 0;
  virtual std::string_view doc() const = 0;

  virtual LabelKind label_kind() const = 0;

  /// Throws Error(invalid_argument) when an output of this shape cannot be scored by the loss.
  virtual void check_output(const Shape& shape) const = 0;

  /// Appends the calls that add the loss of every row to sum `sum`, and in training the gradient of the mean over rows.
  virtual void build(PlanBuilder& plan, const Value& output, int label, int sum) const = 0;
};

using LossPtr = std::shared_ptr<const Loss>;

/// Every loss.
const std::vector<LossPtr>& losses();

/// Returns the loss with this name; Keras' class name (MeanSquaredError) and long name are read too. Throws
/// Error(invalid_argument) with the nearest known name.
LossPtr find_loss(std::string_view name);

}  // namespace sluice
