#include "sluice/nn/layers/normalization.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/adaptation.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/normalization.h"

namespace sluice {
namespace {

/// The square root of a variance, as Keras bounds it.
float deviation(double variance) { return std::max(static_cast<float>(std::sqrt(variance)), 1e-7f); }

/// Which of the statistics each element of a row takes part in.
std::vector<size_t> statistic_of_element(const Shape& statistics, const Shape& input) {
  std::vector<size_t> found{0};
  for (size_t i = 0; i < input.size(); ++i) {
    std::vector<size_t> finer;
    for (size_t index : found) {
      for (int64_t at = 0; at < input[i]; ++at)
        finer.push_back(statistics[i] == 1 ? index
                                           : index * static_cast<size_t>(statistics[i]) + static_cast<size_t>(at));
    }
    found = std::move(finer);
  }
  return found;
}

/// Mean and variance of the elements that share them, over the rows. Sums are those of distances from the first row's
/// values, so that large means cost no digits.
class Moments : public Adaptation {
 public:
  Moments(const Shape& statistics, const Shape& input)
      : statistic_(statistic_of_element(statistics, input)),
        centers_(static_cast<size_t>(element_count(statistics))),
        sums_(centers_.size()),
        squares_(centers_.size()) {}

  void add(const float* values, int64_t rows) override {
    const size_t size = statistic_.size();
    if (rows_ == 0) {
      for (size_t i = 0; i < size; ++i) centers_[statistic_[i]] = static_cast<double>(values[i]);
    }
    for (int64_t row = 0; row < rows; ++row, values += size) {
      for (size_t i = 0; i < size; ++i) {
        const size_t k = statistic_[i];
        const double distance = static_cast<double>(values[i]) - centers_[k];
        sums_[k] += distance;
        squares_[k] += distance * distance;
      }
    }
    rows_ += rows;
  }

  void write(std::span<const std::span<float>> weights) const override {
    const double count = static_cast<double>(rows_) * static_cast<double>(statistic_.size() / centers_.size());
    for (size_t k = 0; k < centers_.size(); ++k) {
      const double shift = sums_[k] / count;
      weights[0][k] = static_cast<float>(centers_[k] + shift);
      weights[1][k] = static_cast<float>(std::max(squares_[k] / count - shift * shift, 0.0));
    }
  }

 private:
  std::vector<size_t> statistic_;  ///< Of each element of a row.
  std::vector<double> centers_, sums_, squares_;
  int64_t rows_ = 0;
};

/// Brings numbers, whose dimensions stand for the last ones of `kept`, to one for each element of `statistics`.
std::vector<float> aligned(const NumberArray& numbers, const std::vector<size_t>& kept, const Shape& statistics) {
  Shape shape(statistics.size(), 1);
  for (size_t i = 1; i <= numbers.shape.size(); ++i)
    shape[kept[kept.size() - i]] = numbers.shape[numbers.shape.size() - i];
  std::vector<float> given(numbers.values.begin(), numbers.values.end());
  std::vector<float> all(static_cast<size_t>(element_count(statistics)));
  copy_along(broadcast_loops(shape, statistics), given.data(), all.data());
  return all;
}

/// One call of the layer. Statistics come from the parameters, or else are weights.
struct Job {
  int64_t size;   ///< Of a row.
  int64_t count;  ///< Of statistics.
  std::vector<CopyLoop> to_row;
  std::vector<float> mean, variance;
  int64_t mean_weight = -1, variance_weight = -1;
  bool invert;

  /// Writes what a row's elements are moved by and multiplied with.
  void write(const float* weights, float* means, float* factors) const {
    const float* from = mean_weight < 0 ? mean.data() : weights + mean_weight;
    const float* spread = variance_weight < 0 ? variance.data() : weights + variance_weight;
    std::vector<float> deviations(static_cast<size_t>(count));
    for (size_t k = 0; k < deviations.size(); ++k) {
      const float d = deviation(static_cast<double>(spread[k]));
      deviations[k] = invert ? d : 1 / d;
    }
    copy_along(to_row, from, means);
    copy_along(to_row, deviations.data(), factors);
  }
};

void build_backward(PlanBuilder& plan, const Job& job, Value x, Value y, Buffer factors) {
  const Buffer dy = plan.gradient(y);
  if (!dy || !plan.needs_gradient(x)) return;
  const Buffer dx = plan.gradient_target(x);
  plan.call({.kernel = "normalization backward",
             .reads = {dy, factors},
             .writes = {dx},
             .run = [=, size = job.size](const Step& step) {
               for (int64_t row = 0; row < step.rows; ++row)
                 multiply(size, step[dy] + row * size, step[factors], step[dx] + row * size);
             }});
}

Value build_applied(PlanBuilder& plan, const Job& job, Value x) {
  const Value y = plan.value(Shape(plan.shape(x)), Layout::rows, {&x, 1});
  const Buffer means = plan.allocate(job.size), factors = plan.allocate(job.size);
  plan.prepare({.kernel = "normalization fold", .writes = {means, factors}, .run = [=](const Step& step) {
                  job.write(step.weights, step[means], step[factors]);
                }});
  plan.call({.kernel = "normalization",
             .reads = {plan.data(x), means, factors},
             .writes = {plan.data(y)},
             .run = [=, from = plan.data(x), to = plan.data(y), size = job.size, back = job.invert](const Step& step) {
               const ChannelShape shape{1, 1, size};
               for (int64_t row = 0; row < step.rows; ++row) {
                 channel_affine(shape, step[from] + row * size, back ? nullptr : step[means], step[factors],
                                back ? step[means] : nullptr, false, step[to] + row * size);
               }
             }});
  plan.backward([=, &plan] { build_backward(plan, job, x, y, factors); });
  return y;
}

class NormalizationLayer : public ParameterLayer<Normalization>, public AdaptiveLayer {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = single(inputs);
    const std::vector<size_t> kept = kept_axes(input);
    if (p.mean.has_value() != p.variance.has_value()) throw invalid("mean and variance must be given together");
    if (p.mean) check_given(*p.mean, kept, input);
    return input;
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    if (p.mean) return {};
    const Shape shape = sizes_of(kept_axes(single(inputs)), inputs[0]);
    return {{.name = "mean", .shape = shape, .trainable = false},
            {.name = "variance", .shape = shape, .initializer = ones(), .trainable = false},
            {.name = "count", .shape = {}, .trainable = false}};  // Keras has it for old files.
  }

  std::unique_ptr<Adaptation> adaptation(const Shape& input) const override {
    if (p.mean) return nullptr;
    return std::make_unique<Moments>(statistics_shape(input), input);
  }

  int64_t flop(std::span<const Shape> inputs) const override { return 2 * element_count(single(inputs)); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = plan.in(Layout::rows, inputs[0]);
    const Shape shape = plan.shape(x), statistics = statistics_shape(shape);
    Job job{.size = element_count(shape),
            .count = element_count(statistics),
            .to_row = broadcast_loops(statistics, shape),
            .mean = {},
            .variance = {},
            .invert = p.invert};
    if (p.mean) {
      job.mean = aligned(*p.mean, kept_axes(shape), statistics);
      job.variance = aligned(*p.variance, kept_axes(shape), statistics);
    } else {
      job.mean_weight = weights.offsets[0];
      job.variance_weight = weights.offsets[1];
    }
    return build_applied(plan, job, x);
  }

 private:
  std::vector<size_t> kept_axes(const Shape& input) const {
    return p.axis.list.empty() ? std::vector<size_t>{} : without_batch(p.axis, input, "axis");
  }

  /// Size 1 in the dimensions whose elements share their statistics.
  Shape statistics_shape(const Shape& input) const {
    Shape shape(input.size(), 1);
    for (size_t axis : kept_axes(input)) shape[axis] = input[axis];
    return shape;
  }

  void check_given(const NumberArray& mean, const std::vector<size_t>& kept, const Shape& input) const {
    const Shape sizes = sizes_of(kept, input);
    bool fits = mean.shape == p.variance->shape && mean.shape.size() <= sizes.size();
    for (size_t i = 1; fits && i <= mean.shape.size(); ++i) {
      const int64_t size = mean.shape[mean.shape.size() - i];
      fits = size == 1 || size == sizes[sizes.size() - i];
    }
    if (fits) return;
    throw invalid("expected a mean and a variance for dimensions of " + to_string(sizes) + ", got " +
                  to_string(mean.shape) + " and " + to_string(p.variance->shape));
  }
};

}  // namespace

LayerPtr make(const Normalization& parameters) { return std::make_shared<NormalizationLayer>(parameters); }

LayerType normalization_type() { return layer_type<Normalization, NormalizationLayer>(); }

}  // namespace sluice
