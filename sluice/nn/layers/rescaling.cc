#include "sluice/nn/layers/rescaling.h"

#include "sluice/nn/axes.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/normalization.h"
#include "sluice/tensor/shapes.h"

namespace sluice {
namespace {

/// The numbers one for each element of a row.
std::vector<float> of_row(const NumberArray& numbers, const Shape& row, const std::string& name) {
  Shape shape(row.size(), 1);
  bool fits = numbers.shape.size() <= row.size();
  for (size_t i = 1; fits && i <= numbers.shape.size(); ++i) {
    shape[shape.size() - i] = numbers.shape[numbers.shape.size() - i];
    fits = shape[shape.size() - i] == 1 || shape[shape.size() - i] == row[row.size() - i];
  }
  if (!fits) throw invalid(name + ": numbers of shape " + to_string(numbers.shape) + " do not fit " + to_string(row));
  const std::vector<float> given(numbers.values.begin(), numbers.values.end());
  std::vector<float> all(static_cast<size_t>(element_count(row)));
  copy_along(broadcast_loops(shape, row), given.data(), all.data());
  return all;
}

bool is_number(const NumberArray& numbers) { return numbers.shape.empty(); }

class RescalingLayer : public ParameterLayer<Rescaling> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    of_row(p.scale, single(inputs), "scale");
    of_row(p.offset, single(inputs), "offset");
    return inputs[0];
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const bool numbers = is_number(p.scale) && is_number(p.offset);
    return numbers ? build_numbers(plan, inputs[0]) : build_arrays(plan, inputs[0]);
  }

 private:
  Value build_numbers(PlanBuilder& plan, Value x) const {
    const auto factor = static_cast<float>(p.scale.values[0]), offset = static_cast<float>(p.offset.values[0]);
    if (Value feed = plan.rescaled_feed(x, factor, offset); feed.id >= 0) return feed;
    const Value source = plan.in(plan.layout(x), x);
    const Value y = plan.value(plan.shape(source), plan.layout(source), {&source, 1});
    const auto n = plan.extent(y);
    plan.call({.kernel = "scale",
               .reads = {plan.data(source)},
               .writes = {plan.data(y)},
               .by_rows = true,
               .run = [=, from = plan.data(source), to = plan.data(y)](const Step& step) {
                 scale(n(step), step[from], factor, offset, step[to]);
               }});
    plan.backward([=, &plan] {
      Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(source)) return;
      Buffer dx = plan.gradient_target(source);
      plan.call({.kernel = "scale", .reads = {dy}, .writes = {dx}, .by_rows = true, .run = [=](const Step& step) {
                   scale(n(step), step[dy], factor, 0, step[dx]);
                 }});
    });
    return y;
  }

  Value build_arrays(PlanBuilder& plan, Value given) const {
    const Value x = plan.in(Layout::rows, given);
    const Shape row = plan.shape(x);
    const Value y = plan.value(row, Layout::rows, {&x, 1});
    const int64_t size = element_count(row);
    const auto factors = std::make_shared<const std::vector<float>>(of_row(p.scale, row, "scale"));
    const auto offsets = std::make_shared<const std::vector<float>>(of_row(p.offset, row, "offset"));
    plan.call({.kernel = "scale",
               .reads = {plan.data(x)},
               .writes = {plan.data(y)},
               .by_rows = true,
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 channel_affine({step.rows, 1, size}, step[from], nullptr, factors->data(), offsets->data(), false,
                                step[to]);
               }});
    plan.backward([=, &plan] {
      const Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(x)) return;
      const Buffer dx = plan.gradient_target(x);
      plan.call({.kernel = "scale", .reads = {dy}, .writes = {dx}, .by_rows = true, .run = [=](const Step& step) {
                   channel_affine({step.rows, 1, size}, step[dy], nullptr, factors->data(), nullptr, false, step[dx]);
                 }});
    });
    return y;
  }
};

}  // namespace

LayerPtr make(const Rescaling& parameters) { return std::make_shared<RescalingLayer>(parameters); }

LayerType rescaling_type() { return layer_type<Rescaling, RescalingLayer>(); }

}  // namespace sluice
