#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/nn/layer.h"
#include "sluice/tensor/scored_rows.h"

namespace sluice {

struct Step;

/// What the labels of an output look like once bound: int32 class numbers of the output's shape without its last
/// dimension, or float32 of the output's shape.
enum class LabelKind { classes, values };

/// How the losses of a batch become one number.
enum class Reduction {
  sum_over_batch_size,      ///< Their mean.
  mean,                     ///< The same.
  sum,                      ///< Their sum: then loss and gradient grow with the batch.
  mean_with_sample_weight,  ///< Their sum by the sum of the rows' weights.
};
constexpr auto enum_names(Reduction) {
  return std::to_array<std::string_view>({"sum_over_batch_size", "mean", "sum", "mean_with_sample_weight"});
}
/// Keras 2's name of the default.
constexpr std::string_view enum_alias(Reduction, std::string_view name) {
  return name == "auto" ? "sum_over_batch_size" : name;
}

/// Which labels a loss or a metric reads and where in `Step::sums` it adds.
struct ScoreTarget {
  int output = 0;          ///< Index of the output: of its labels and row weights among the examples.
  int sum = 0;             ///< The first of its sums.
  double loss_weight = 1;  ///< Factor of the loss in the sum of all.
  bool weighted = false;   ///< Whether rows count by their weights.

  /// The rows of the batch, with weights where these count.
  ScoredRows rows(const Step& step) const;
  const Tensor& labels(const Step& step) const;
};

/// What a loss computes, and from what.
struct LossKernel {
  std::string name;
  Value from;           ///< Read in rows.
  int64_t vectors = 1;  ///< How many values the loss has for a row.
  /// Returns the weighted sum over rows of the mean of a row's values; writes its gradient times `scale` when `dy` is
  /// not null.
  std::function<double(const ScoredRows& rows, const float* y, const Tensor& labels, float scale, float* dy)> run;
};

/// A loss. Its value for an epoch or an evaluation is the mean over batches by their rows; evaluation goes in batches
/// of `inference_block` rows, which matters for `Reduction::sum` alone.
class Loss : public Named {
 public:
  /// The name in experiment files and results, such as "sparse_categorical_crossentropy".
  virtual std::string_view name() const = 0;

  virtual LabelKind label_kind() const { return LabelKind::values; }

  /// Whether labels that are class numbers may be made one-hot for it.
  virtual bool takes_one_hot() const { return false; }

  /// A class number beyond those of the output that labels may have: such vectors do not count.
  virtual std::optional<int64_t> ignored_class() const { return std::nullopt; }

  virtual Reduction reduction() const = 0;

  /// Throws Error(invalid_argument) when an output of this shape cannot be scored by the loss.
  virtual void check_output(const Shape&) const {}

  /// Appends what the loss needs beside the output and returns what is left to compute. Metrics use it too.
  virtual LossKernel kernel(PlanBuilder& plan, const Value& output) const = 0;
};

using LossPtr = std::shared_ptr<const Loss>;

/// Appends the call that adds the weighted loss of a batch, times its rows, to the sum, and in training the gradient.
void build_loss(PlanBuilder& plan, const Loss& loss, const Value& output, const ScoreTarget& target);

constexpr std::string_view kind_name(const Loss*) { return "loss"; }
constexpr std::string_view keras_module(const Loss*) { return "keras.losses"; }

/// Every loss.
const std::vector<NamedType<Loss>>& named_types(const Loss*);

/// Returns the loss with this name and its defaults. Throws Error(invalid_argument) with the nearest known name.
LossPtr find_loss(std::string_view name);

/// The parameters of a loss: those that the metric of the same name has too, and the reduction.
template <class Parameters>
struct Reduced : Parameters {
  Reduction reduction = Reduction::sum_over_batch_size;

  static constexpr auto fields() {
    return std::tuple_cat(Parameters::fields(),
                          std::tuple{field("reduction", &Reduced::reduction, "how a batch becomes one number")});
  }
};

/// A loss that is described by a struct with `fields()`.
template <class Parameters>
class ReducedLoss : public ParameterNamed<Loss, Reduced<Parameters>> {
 public:
  using ParameterNamed<Loss, Reduced<Parameters>>::ParameterNamed;
  Reduction reduction() const override { return this->p.reduction; }
};

/// The registry's entry for a loss.
template <class Parameters, class Implementation>
NamedType<Loss> loss_type(std::vector<std::string> other_names = {}) {
  return named_type<Loss, Reduced<Parameters>, Implementation>(std::move(other_names));
}

}  // namespace sluice
