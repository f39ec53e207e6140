#include "sluice/experiment/starter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sluice/base/error.h"

namespace sluice {
namespace {

constexpr int64_t most_classes = 1000;

Shape row_shape(const Tensor& tensor) { return {tensor.shape().begin() + 1, tensor.shape().end()}; }

/// How many classes there are, where labels are numbers of classes.
std::optional<int64_t> classes_of(const Tensor& labels) {
  const bool whole = labels.dtype() != DType::float32 && labels.dtype() != DType::float64;
  if (!whole || labels.size() != labels.rows()) return std::nullopt;
  const Tensor numbers = labels.cast(DType::int64);
  const auto [least, most] = std::ranges::minmax(std::as_const(numbers).values<int64_t>());
  if (least < 0 || most < 1 || most >= most_classes) return std::nullopt;
  return most + 1;
}

bool is_image(const Shape& row) {
  constexpr int64_t least_side = 8;
  return (row.size() == 2 || row.size() == 3) && row[0] >= least_side && row[1] >= least_side;
}

std::string image_layers(const Tensor& images) {
  const bool bytes = images.dtype() == DType::uint8;
  return std::string(bytes ? "  - Rescaling: {scale: 0.00392156862745098}      # 1 / 255\n" : "") +
         "  - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}\n"
         "  - MaxPooling2D: {pool_size: 2}\n"
         "  - Conv2D: {filters: 32, kernel_size: 3, padding: same, activation: relu}\n"
         "  - MaxPooling2D: {pool_size: 2}\n"
         "  - Flatten\n";
}

/// One entry for the input, its values brought to mean 0 and variance 1.
std::string vector_layers(const Tensor& rows) {
  const std::string flat = rows.shape().size() > 2 ? "  - Flatten\n" : "";
  return flat + "  - Normalization                                  # by the mean and variance of the training rows\n";
}

/// Several inputs, side by side.
std::string joined_layers(const NamedTensors& inputs) {
  std::string text, names;
  for (const auto& [name, tensor] : inputs) {
    const Shape row = row_shape(tensor);
    text += fmt::format("  - Input: {{name: {}, shape: [{}]}}\n  - Flatten\n", name,
                        fmt::join(row.empty() ? Shape{1} : row, ", "));
    text += fmt::format("  - {{Normalization: {{}}, name: {}_scaled}}\n", name);
    names += (names.empty() ? "" : ", ") + name + "_scaled";
  }
  return text + "  - {Concatenate: {}, inputs: [" + names + "]}\n";
}

std::string first_layers(const NamedTensors& inputs) {
  if (inputs.size() > 1) return joined_layers(inputs);
  const Tensor& rows = inputs[0].second;
  return is_image(row_shape(rows)) ? image_layers(rows) : vector_layers(rows);
}

/// The output's layer and how it is trained.
struct Task {
  std::string layer, loss, metric, objective;
};

Task task_of(const Tensor& labels) {
  if (const auto classes = classes_of(labels))
    return {fmt::format("Dense: {{units: {}, activation: softmax}}", *classes), "sparse_categorical_crossentropy",
            "accuracy", "max val_accuracy"};
  const int64_t units = labels.size() / labels.rows();
  return {fmt::format("Dense: {{units: {}}}", units), "mse", "mae", "min val_loss"};
}

}  // namespace

std::string starter_experiment(const Starter& starter) {
  if (starter.rows.labels.empty()) throw invalid("the data has no labels to learn");
  if (starter.rows.labels.size() > 1) throw invalid("the data has labels of several outputs; init writes for one");
  const Task task = task_of(starter.rows.labels[0].second);
  const int64_t batch = std::clamp<int64_t>(starter.rows.rows() / 20, 1, 64);
  return fmt::format(
      "name: {}\n"
      "data: {{{}, validation: 0.1}}   # a tenth of the training rows judges the rest\n"
      "model:\n{}"
      "  - Dense: {{units: $units, activation: relu}}\n"
      "  - Dropout: {{rate: $dropout}}\n"
      "  - {}\n"
      "fit:\n"
      "  optimizer: {{Adam: {{learning_rate: $learning_rate}}}}\n"
      "  loss: {}\n"
      "  metrics: [{}]\n"
      "  batch_size: {}\n"
      "  epochs: 9\n"
      "# What `sluice train` takes, and trial 0 of `sluice tune`.\n"
      "defaults: {{units: 128, dropout: 0.2, learning_rate: 0.001}}\n"
      "# What `sluice tune` tries.\n"
      "space:\n"
      "  units: {{int: [16, 512], log: true}}\n"
      "  dropout: {{float: [0.0, 0.6]}}\n"
      "  learning_rate: {{float: [0.0001, 0.03], log: true}}\n"
      "search: {{sampler: tpe, pruner: asha, trials: 30, objective: {}, seed: 1}}\n",
      starter.name, starter.sources, first_layers(starter.rows.inputs), task.layer, task.loss, task.metric, batch,
      task.objective);
}

}  // namespace sluice
