#pragma once

#include <functional>
#include <optional>

#include "sluice/nn/layer.h"
#include "sluice/nn/layer_seed.h"
#include "sluice/nn/layers/row_random_internal.h"
#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/affine.h"

namespace sluice {

/// The parameters that the layers which move images about share.
struct RandomAffine {
  FillMode fill_mode = FillMode::reflect;
  Interpolation interpolation = Interpolation::bilinear;
  double fill_value = 0;
  std::optional<int64_t> seed;

  static constexpr auto fields() {
    return std::tuple{
        field("fill_mode", &RandomAffine::fill_mode, "what lies beyond the edges; constant: fill_value"),
        field("interpolation", &RandomAffine::interpolation, "nearest: the nearest pixel; bilinear: means of four"),
        field("fill_value", &RandomAffine::fill_value, "what lies beyond the edges with fill_mode: constant"),
        field("seed", &RandomAffine::seed, layer_seed_doc)};
  }
};

/// Appends the images, each transformed by what `draw` returns for it, forward and reverse. In inference returns the
/// input as it is.
Value build_random_affine(PlanBuilder& plan, Value input, const RandomAffine& parameters,
                          const std::function<AffineTransform(const RowRandom&)>& draw);

}  // namespace sluice
