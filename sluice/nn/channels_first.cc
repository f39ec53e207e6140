#include "sluice/nn/channels_first.h"

#include <algorithm>
#include <array>

#include "sluice/nn/axes.h"

namespace sluice {
namespace {

Shape channels_last_shape(Shape shape) {
  if (shape.size() > 1) std::ranges::rotate(shape, shape.begin() + 1);
  return shape;
}

Shape channels_first_shape(Shape shape) {
  if (shape.size() > 1) std::ranges::rotate(shape, shape.end() - 1);
  return shape;
}

class ChannelsFirst : public Layer {
 public:
  explicit ChannelsFirst(LayerPtr layer) : layer_(std::move(layer)) {}

  std::string_view class_name() const override { return layer_->class_name(); }

  Json config() const override {
    Json config = layer_->config();
    config["data_format"] = "channels_first";
    return config;
  }

  Shape output_shape(std::span<const Shape> inputs) const override {
    const Shape output = layer_->output_shape(turned(inputs));
    return keeps_rank(inputs, output) ? channels_first_shape(output) : output;
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    return layer_->weights(turned(inputs));
  }

  int64_t flop(std::span<const Shape> inputs) const override { return layer_->flop(turned(inputs)); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Shape input = plan.shape(inputs[0]);
    const Shape output = output_shape({&input, 1});
    const Value x = input.size() > 1 ? build_axes_last(plan, inputs[0], {0}) : inputs[0];
    const Value y = layer_->build(plan, {&x, 1}, weights);
    return output.size() > 1 && output.size() == input.size() ? build_axes_back(plan, y, {0}, output) : y;
  }

 private:
  static std::vector<Shape> turned(std::span<const Shape> inputs) {
    std::vector<Shape> shapes;
    for (const Shape& shape : inputs) shapes.push_back(channels_last_shape(shape));
    return shapes;
  }

  static bool keeps_rank(std::span<const Shape> inputs, const Shape& output) {
    return !inputs.empty() && inputs[0].size() == output.size();
  }

  const LayerPtr layer_;
};

}  // namespace

bool has_data_format(std::string_view class_name) {
  constexpr std::array<std::string_view, 4> others = {"Flatten", "Resizing", "CenterCrop", "ZeroPadding1D"};
  return class_name.ends_with("2D") || class_name.find("Conv") != class_name.npos ||
         class_name.find("Pooling") != class_name.npos || class_name.starts_with("Random") ||
         std::ranges::find(others, class_name) != others.end();
}

LayerPtr channels_first(LayerPtr layer) { return std::make_shared<ChannelsFirst>(std::move(layer)); }

}  // namespace sluice
