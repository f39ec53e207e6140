#include "sluice/nn/layers/random_flip.h"

#include <algorithm>

#include "sluice/nn/layers/row_random_internal.h"
#include "sluice/nn/parameter_layer_internal.h"
#include "sluice/tensor/shapes.h"

namespace sluice {
namespace {

/// How one image is copied so that it is flipped; doing it twice gives the image again.
struct Flip {
  Flip(const ImageShape& image, FlipMode mode) : size(image.size()) {
    const int64_t row = image.width * image.channels;
    const bool vertical = mode != FlipMode::horizontal, horizontal = mode != FlipMode::vertical;
    start = (vertical ? size - row : 0) + (horizontal ? row - image.channels : 0);
    loops = merged_loops({{image.height, vertical ? -row : row, row},
                          {image.width, horizontal ? -image.channels : image.channels, image.channels},
                          {image.channels, 1, 1}});
  }
  int64_t size, start;
  std::vector<CopyLoop> loops;

  void operator()(const Step& step, uint32_t layer, const float* from, float* to) const {
    for (int64_t row = 0; row < step.rows; ++row, from += size, to += size) {
      if (RowRandom(step, layer, row).uniform(0, 0, 1) < 0.5) {
        copy_along(loops, from + start, to);
      } else {
        std::copy_n(from, size, to);
      }
    }
  }
};

class RandomFlipLayer : public ParameterLayer<RandomFlip> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return image(inputs); }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    if (!plan.training()) return inputs[0];
    const Value x = plan.in(Layout::rows, inputs[0]);
    const Value y = plan.value(plan.shape(x), Layout::rows, {&x, 1});
    auto call = [&plan, flip = Flip(plan.image(x), p.mode), layer = plan.layer_index()](Buffer from, Buffer to) {
      plan.call({.kernel = "flip", .reads = {from}, .writes = {to}, .run = [=](const Step& step) {
                   flip(step, layer, step[from], step[to]);
                 }});
    };
    call(plan.data(x), plan.data(y));
    plan.backward([=, &plan] {
      const Buffer dy = plan.gradient(y);
      if (dy && plan.needs_gradient(x)) call(dy, plan.gradient_target(x));
    });
    return y;
  }
};

}  // namespace

LayerPtr make(const RandomFlip& parameters) { return std::make_shared<RandomFlipLayer>(parameters); }

LayerType random_flip_type() { return layer_type<RandomFlip, RandomFlipLayer>(); }

}  // namespace sluice
