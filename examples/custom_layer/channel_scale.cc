#include "channel_scale.h"

#include <algorithm>

namespace example {
namespace {

using namespace sluice;

struct Initial : Initializer {
  explicit Initial(double value) : value(static_cast<float>(value)) {}
  std::string_view class_name() const override { return "Constant"; }
  Json config() const override { return Json::Object{{"value", value}}; }
  void fill(const Shape&, const Random&, std::span<float> values) const override { std::ranges::fill(values, value); }
  float value;
};

class ChannelScaleLayer : public ParameterLayer<ChannelScale> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (single(inputs).empty()) throw invalid("expected input [channels] or more dimensions, got []");
    return single(inputs);
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    return {{.name = "scale", .shape = {inputs[0].back()}, .initializer = std::make_shared<Initial>(p.initial)}};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = plan.in(Layout::rows, inputs[0]);
    const Value y = plan.value(plan.shape(x), Layout::rows, {&x, 1}, true);
    const int64_t channels = plan.shape(x).back();
    const auto size = plan.extent(x);
    const Buffer from = plan.data(x), to = plan.data(y);
    const int64_t scale = weights.offsets[0];
    plan.call({.kernel = "channel_scale", .reads = {from}, .writes = {to}, .run = [=](const Step& step) {
                 const float *in = step[from], *factor = step.weights + scale;
                 float* out = step[to];
                 for (int64_t i = 0; i < size(step); ++i) out[i] = in[i] * factor[i % channels];
               }});
    plan.backward([=, &plan] { build_reverse(plan, x, y, scale, channels); });
    return y;
  }

 private:
  /// dx = dy · scale; dscale = Σ dy · x over all but the channels.
  static void build_reverse(PlanBuilder& plan, Value x, Value y, int64_t scale, int64_t channels) {
    const Buffer dy = plan.gradient(y), from = plan.data(x);
    if (!dy) return;
    const auto size = plan.extent(x);
    const auto dscale = plan.weight_gradient(scale, channels);
    plan.call({.kernel = "channel_scale backward_weights",
               .reads = {dy, from},
               .writes = dscale.writes(),
               .effect = true,
               .run = [=](const Step& step) {
                 float* sum = dscale.pointer(step);
                 std::fill_n(sum, channels, 0.0F);
                 for (int64_t i = 0; i < size(step); ++i) sum[i % channels] += step[dy][i] * step[from][i];
               }});
    if (!plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = "channel_scale backward_data", .reads = {dy}, .writes = {dx}, .run = [=](const Step& step) {
                 const float* factor = step.weights + scale;
                 for (int64_t i = 0; i < size(step); ++i) step[dx][i] = step[dy][i] * factor[i % channels];
               }});
  }
};

}  // namespace

LayerType channel_scale_type() { return layer_type<ChannelScale, ChannelScaleLayer>(); }

}  // namespace example
