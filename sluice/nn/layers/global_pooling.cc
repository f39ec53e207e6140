#include "sluice/nn/layers/global_pooling.h"

#include <algorithm>
#include <limits>

#include "sluice/nn/layers/steps_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/pooling.h"

namespace sluice {
namespace {

template <class Parameters>
class GlobalPoolingLayer : public ParameterLayer<Parameters> {
  using Base = ParameterLayer<Parameters>;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape& input = two_dimensional ? Base::image(inputs) : check_steps(Base::single(inputs));
    Shape output(this->p.keepdims ? input.size() : 1, 1);
    output.back() = input.back();
    return output;
  }

  int64_t flop(std::span<const Shape> inputs) const override { return element_count(inputs[0]); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    return build_pooling(plan, inputs[0], whole(input), output_shape({&input, 1}),
                         maximum ? global_max_pooling() : average_pooling());
  }

 private:
  static constexpr std::string_view name = Parameters::class_name;
  static constexpr bool two_dimensional = name.ends_with("2D");
  static constexpr bool maximum = name.starts_with("GlobalMax");

  /// One window that is the whole image, without outer and inner.
  static PoolShape whole(const Shape& input) {
    const int64_t width = two_dimensional ? input[1] : 1;
    return {.outer = 0,
            .height = input[0],
            .width = width,
            .inner = 0,
            .pool_height = input[0],
            .pool_width = width,
            .stride_height = input[0],
            .stride_width = width,
            .out_height = 1,
            .out_width = 1};
  }
};

template <class Parameters>
LayerPtr make_global(const Parameters& parameters) {
  return std::make_shared<GlobalPoolingLayer<Parameters>>(parameters);
}

template <class Parameters>
LayerType global_type() {
  return layer_type<Parameters, GlobalPoolingLayer<Parameters>>();
}

/// The mean over the steps that count, and its reverse.
struct MaskedMean {
  int64_t steps, channels;

  /// Writes 1 / (steps that count) for those, 0 for the others.
  void shares(std::span<const float* const> indices, float* shares) const {
    int64_t count = 0;
    for (int64_t i = 0; i < steps; ++i) {
      shares[i] = std::ranges::any_of(indices, [&](const float* index) { return index[i] != 0; }) ? 1 : 0;
      count += shares[i] != 0;
    }
    const float share = count == 0 ? std::numeric_limits<float>::quiet_NaN() : 1 / static_cast<float>(count);
    for (int64_t i = 0; i < steps; ++i) shares[i] = shares[i] != 0 || count == 0 ? share : 0;
  }
  void forward(const float* shares, const float* x, float* y) const {
    std::fill_n(y, channels, 0.0f);
    for (int64_t i = 0; i < steps; ++i, x += channels) {
      for (int64_t c = 0; shares[i] != 0 && c < channels; ++c) y[c] += x[c] * shares[i];
    }
  }
  void backward(const float* shares, const float* dy, float* dx) const {
    for (int64_t i = 0; i < steps; ++i, dx += channels) {
      for (int64_t c = 0; c < channels; ++c) dx[c] = shares[i] == 0 ? 0 : dy[c] * shares[i];
    }
  }
};

class MaskedAverageLayer : public ParameterLayer<GlobalAveragePooling1D> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    const int64_t channels = check_steps(inputs[0])[1];
    return p.keepdims ? Shape{1, channels} : Shape{channels};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Value x = plan.in(Layout::rows, inputs[0]);
    const Shape shape = plan.shape(x);
    const Value y = plan.value(output_shape({&shape, 1}), Layout::rows, {&x, 1});
    const MaskedMean mean{shape[0], shape[1]};
    std::vector<Buffer> indices, reads{plan.data(x)};
    for (Value index : inputs.subspan(1)) indices.push_back(plan.data(plan.in(Layout::rows, index)));
    reads.insert(reads.end(), indices.begin(), indices.end());
    const Buffer shares = plan.allocate(plan.batch() * mean.steps);
    const auto row = std::make_shared<std::vector<const float*>>(indices.size());
    plan.call({.kernel = "masked mean",
               .reads = reads,
               .writes = {plan.data(y), shares},
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 for (int64_t i = 0; i < step.rows; ++i) {
                   for (size_t k = 0; k < indices.size(); ++k) (*row)[k] = step[indices[k]] + i * mean.steps;
                   mean.shares(*row, step[shares] + i * mean.steps);
                   mean.forward(step[shares] + i * mean.steps, step[from] + i * mean.steps * mean.channels,
                                step[to] + i * mean.channels);
                 }
               }});
    plan.backward([=, &plan] {
      const Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(x)) return;
      const Buffer dx = plan.gradient_target(x);
      plan.call({.kernel = "masked mean backward", .reads = {dy, shares}, .writes = {dx}, .run = [=](const Step& step) {
                   for (int64_t i = 0; i < step.rows; ++i)
                     mean.backward(step[shares] + i * mean.steps, step[dy] + i * mean.channels,
                                   step[dx] + i * mean.steps * mean.channels);
                 }});
    });
    return y;
  }
};

}  // namespace

LayerPtr masked_average_pooling1d(bool keepdims) {
  return std::make_shared<MaskedAverageLayer>(GlobalAveragePooling1D{{.keepdims = keepdims}});
}

LayerPtr make(const GlobalMaxPooling1D& parameters) { return make_global(parameters); }
LayerPtr make(const GlobalMaxPooling2D& parameters) { return make_global(parameters); }
LayerPtr make(const GlobalAveragePooling1D& parameters) { return make_global(parameters); }
LayerPtr make(const GlobalAveragePooling2D& parameters) { return make_global(parameters); }

LayerType global_max_pooling1d_type() { return global_type<GlobalMaxPooling1D>(); }
LayerType global_max_pooling2d_type() { return global_type<GlobalMaxPooling2D>(); }
LayerType global_average_pooling1d_type() { return global_type<GlobalAveragePooling1D>(); }
LayerType global_average_pooling2d_type() { return global_type<GlobalAveragePooling2D>(); }

}  // namespace sluice
