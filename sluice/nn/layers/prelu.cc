#include "sluice/nn/layers/prelu.h"

#include <algorithm>

#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

/// One call of the layer.
struct SlopeJob {
  int64_t size;  ///< Of a row.
  int64_t alpha, alphas;
  std::vector<CopyLoop> loops;

  void forward(const Step& step, const float* slopes, const float* x, float* y) const {
    for (int64_t row = 0; row < step.rows; ++row, x += size, y += size) parametric_rectify(size, slopes, x, y);
  }
  void backward(const Step& step, const float* slopes, const float* x, const float* dy, float* dx,
                float* dslopes) const {
    std::fill(dslopes, dslopes + size, 0.0f);
    for (int64_t row = 0; row < step.rows; ++row, x += size, dy += size, dx += size)
      parametric_rectify_backward(size, slopes, x, dy, dx, dslopes);
  }
};

class PreluLayer : public ParameterLayer<PReLU> {
 public:
  using ParameterLayer::ParameterLayer;

  Shape output_shape(std::span<const Shape> inputs) const override {
    slopes_shape(single(inputs));
    return inputs[0];
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    return {{.name = "alpha",
             .shape = slopes_shape(single(inputs)),
             .initializer = p.alpha_initializer,
             .regularizer = p.alpha_regularizer,
             .constraint = p.alpha_constraint}};
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs& weights) const override {
    const Value x = plan.in(Layout::rows, inputs[0]);
    const Shape shape = plan.shape(x);
    const Shape slopes = slopes_shape(shape);
    const SlopeJob job{element_count(shape), weights.offsets[0], element_count(slopes), broadcast_loops(slopes, shape)};
    const Value y = plan.value(shape, Layout::rows, {&x, 1}, true);
    const Buffer of_row = plan.allocate(job.size);
    plan.prepare({.kernel = "prelu slopes", .writes = {of_row}, .run = [=](const Step& step) {
                    copy_along(job.loops, step.weights + job.alpha, step[of_row]);
                  }});
    plan.call({.kernel = "prelu",
               .reads = {plan.data(x), of_row},
               .writes = {plan.data(y)},
               .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
                 job.forward(step, step[of_row], step[from], step[to]);
               }});
    plan.backward([=, &plan] {
      if (const Buffer dy = plan.gradient(y)) build_backward(plan, job, x, dy, of_row);
    });
    return y;
  }

 private:
  Shape slopes_shape(const Shape& input) const {
    Shape shape = input;
    if (p.shared_axes.list.empty()) return shape;
    for (size_t axis : without_batch(p.shared_axes, input, "shared_axes")) shape[axis] = 1;
    return shape;
  }

  static void build_backward(PlanBuilder& plan, const SlopeJob& job, Value x, Buffer dy, Buffer of_row) {
    const Buffer dx = plan.needs_gradient(x) ? plan.gradient_target(x) : dy;
    const Buffer dslopes = plan.allocate(job.size);
    const bool learns = !plan.frozen();
    const auto dalpha = learns ? plan.weight_gradient(job.alpha, job.alphas) : PlanBuilder::WeightGradient();
    std::vector<Buffer> writes = dalpha.writes();
    writes.insert(writes.end(), {dx, dslopes});
    plan.call({.kernel = "prelu backward",
               .reads = {plan.data(x), dy, of_row},
               .writes = writes,
               .effect = learns,
               .run = [=, from = plan.data(x)](const Step& step) {
                 job.backward(step, step[of_row], step[from], step[dy], step[dx], step[dslopes]);
                 if (!learns) return;
                 std::fill_n(dalpha.pointer(step), job.alphas, 0.0f);
                 add_back_along(job.loops, step[dslopes], dalpha.pointer(step));
               }});
  }
};

}  // namespace

LayerPtr make(const PReLU& parameters) { return std::make_shared<PreluLayer>(parameters); }

LayerType prelu_type() { return layer_type<PReLU, PreluLayer>(); }

}  // namespace sluice
