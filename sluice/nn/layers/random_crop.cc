#include "sluice/nn/layers/random_crop.h"

#include <algorithm>

#include "sluice/nn/layers/row_random_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/nn/resize.h"
#include "sluice/tensor/shapes.h"

namespace sluice {
namespace {

/// The windows of one step's images, copied out of them and back.
class Windows {
 public:
  Windows(const ImageShape& image, Size2 size, uint32_t layer)
      : image_(image),
        spare_{image.height - size.height, image.width - size.width},
        size_(size.height * size.width * image.channels),
        layer_(layer) {
    const int64_t from = image.width * image.channels, to = size.width * image.channels;
    out_ = merged_loops({{size.height, from, to}, {to, 1, 1}});
    back_ = merged_loops({{size.height, to, from}, {to, 1, 1}});
  }

  void copy(const Step& step, const float* x, float* y) const {
    for (int64_t row = 0; row < step.rows; ++row, y += size_) copy_along(out_, x + start(step, row), y);
  }

  void copy_back(const Step& step, const float* dy, float* dx) const {
    std::fill_n(dx, step.rows * image_.size(), 0.0f);
    for (int64_t row = 0; row < step.rows; ++row, dy += size_) copy_along(back_, dy, dx + start(step, row));
  }

 private:
  int64_t start(const Step& step, int64_t row) const {
    const RowRandom random(step, layer_, row);
    auto pick = [&](uint32_t draw, int64_t last) {
      return static_cast<int64_t>(random.uniform(draw, 0, static_cast<double>(last + 1)));
    };
    const int64_t y = pick(0, spare_.height), x = pick(1, spare_.width);
    return row * image_.size() + (y * image_.width + x) * image_.channels;
  }

  ImageShape image_;
  Size2 spare_;
  int64_t size_;
  uint32_t layer_;
  std::vector<CopyLoop> out_, back_;
};

class RandomCropLayer : public ParameterLayer<RandomCrop> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return {p.height, p.width, image(inputs)[2]}; }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    const Shape input = plan.shape(inputs[0]);
    const bool larger = input[0] > p.height && input[1] > p.width;
    if (plan.training() && larger) return build_windows(plan, inputs[0]);
    const Size2 size{p.height, p.width};
    if (!plan.training()) return build_smart_resize(plan, inputs[0], size);
    return build_resize(plan, build_window(plan, inputs[0], small_window(input)), size);
  }

 private:
  /// Of an image that is not larger: it starts where the largest window of this aspect ratio would, in the middle, and
  /// reaches as far as the result's size or the image.
  ImageWindow small_window(const Shape& image) const {
    const Size2 start = window_like(image, {p.height, p.width}).start;
    return {start, {std::min(p.height, image[0] - start.height), std::min(p.width, image[1] - start.width)}};
  }

  Value build_windows(PlanBuilder& plan, Value input) const {
    const Value x = plan.in(Layout::rows, input);
    const Value y = plan.value(output_shape({&plan.shape(x), 1}), Layout::rows, {&x, 1});
    const Windows windows(plan.image(x), {p.height, p.width}, plan.layer_index());
    plan.call({.kernel = "crop",
               .reads = {plan.data(x)},
               .writes = {plan.data(y)},
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 windows.copy(step, step[from], step[to]);
               }});
    plan.backward([=, &plan] {
      const Buffer dy = plan.gradient(y);
      if (!dy || !plan.needs_gradient(x)) return;
      const Buffer dx = plan.gradient_target(x);
      plan.call({.kernel = "crop backward", .reads = {dy}, .writes = {dx}, .run = [=](const Step& step) {
                   windows.copy_back(step, step[dy], step[dx]);
                 }});
    });
    return y;
  }
};

}  // namespace

LayerPtr make(const RandomCrop& parameters) { return std::make_shared<RandomCropLayer>(parameters); }

LayerType random_crop_type() { return layer_type<RandomCrop, RandomCropLayer>(); }

}  // namespace sluice
