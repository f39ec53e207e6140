#include "sluice/nn/resize.h"

#include <algorithm>

#include "sluice/nn/move.h"
#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/resize.h"

namespace sluice {

namespace {

/// Whether four old pixels at most make a new one, for which there is a kernel of its own.
bool is_simple(const Resampling& how) {
  return how.filter == ImageFilter::nearest || (how.filter == ImageFilter::bilinear && !how.antialias);
}

Value build_filtered(PlanBuilder& plan, Value input, const Shape& to, const Resampling& how) {
  const Value x = plan.in(Layout::rows, input);
  const Shape from = plan.shape(x);
  const Value y = plan.value(to, Layout::rows, {&x, 1});
  const auto shape = std::make_shared<const FilteredResize>(
      FilteredResize{.height = from[0],
                     .width = from[1],
                     .inner = from[2],
                     .rows = weighed_pixels(from[0], to[0], how.filter, how.antialias),
                     .columns = weighed_pixels(from[1], to[1], how.filter, how.antialias)});
  const Buffer scratch = plan.allocate(shape->scratch());
  plan.call({.kernel = "filtered resize",
             .reads = {plan.data(x)},
             .writes = {plan.data(y), scratch},
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               filtered_resize(step.rows, *shape, step[from], step[to], step[scratch]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x), spare = plan.allocate(shape->scratch());
    plan.call(
        {.kernel = "filtered resize backward", .reads = {dy}, .writes = {dx, spare}, .run = [=](const Step& step) {
           filtered_resize_backward(step.rows, *shape, step[dy], step[dx], step[spare]);
         }});
  });
  return y;
}

}  // namespace

Value build_resize(PlanBuilder& plan, Value input, Size2 size, const Resampling& how) {
  const Shape from = plan.shape(input), to{size.height, size.width, from[2]};
  if (from == to) return input;
  if (!is_simple(how)) return build_filtered(plan, input, to, how);
  const auto interpolation = how.filter == ImageFilter::nearest ? Interpolation::nearest : Interpolation::bilinear;
  const Value x = plan.in(plan.layout(input), input);
  const Value y = plan.value(to, plan.layout(x), {&x, 1});
  const bool in_lanes = plan.layout(x) == Layout::lanes;
  const ResizeShape shape{.height = from[0],
                          .width = from[1],
                          .inner = in_lanes ? lanes() : from[2],
                          .rows = resized_places(from[0], to[0], interpolation),
                          .columns = resized_places(from[1], to[1], interpolation)};
  auto images = [=, channels = from[2]](const Step& step) {
    return in_lanes ? PlanBuilder::groups(step.rows) * channels : step.rows;
  };
  plan.call({.kernel = "resize",
             .reads = {plan.data(x)},
             .writes = {plan.data(y)},
             .flop = 6 * element_count(to),
             .run = [=, from = plan.data(x), to = plan.data(y)](const Step& step) {
               resize(images(step), shape, step[from], step[to]);
             }});
  plan.backward([=, &plan] {
    const Buffer dy = plan.gradient(y);
    if (!dy || !plan.needs_gradient(x)) return;
    const Buffer dx = plan.gradient_target(x);
    plan.call({.kernel = "resize backward", .reads = {dy}, .writes = {dx}, .run = [=](const Step& step) {
                 resize_backward(images(step), shape, step[dy], step[dx]);
               }});
  });
  return y;
}

ImageWindow centered_window(const Shape& image, Size2 size) {
  return {{(image[0] - size.height) / 2, (image[1] - size.width) / 2}, size};
}

ImageWindow window_like(const Shape& image, Size2 size) {
  return centered_window(image, {std::clamp<int64_t>(image[1] * size.height / size.width, 1, image[0]),
                                 std::clamp<int64_t>(image[0] * size.width / size.height, 1, image[1])});
}

Value build_window(PlanBuilder& plan, Value input, const ImageWindow& window) {
  const Shape from = plan.shape(input), to{window.size.height, window.size.width, from[2]};
  if (from == to) return input;
  Move move = identity_move(to);
  move.from_start = {window.start.height, window.start.width, 0};
  return build_move(plan, "window", input, to, move);
}

Value build_smart_resize(PlanBuilder& plan, Value input, Size2 size, const Resampling& how) {
  return build_resize(plan, build_window(plan, input, window_like(plan.shape(input), size)), size, how);
}

}  // namespace sluice
