#include "sluice/nn/layers/dropout.h"

#include "sluice/nn/layers/steps_internal.h"
#include "sluice/nn/masks.h"
#include "sluice/nn/noise.h"
#include "sluice/nn/parameter_layer_internal.h"

namespace sluice {
namespace {

/// Dropout of single elements, or of whole channels.
template <class Parameters>
class DropoutLayer : public ParameterLayer<Parameters> {
  using Base = ParameterLayer<Parameters>;

 public:
  using Base::Base;

  Shape output_shape(std::span<const Shape> inputs) const override {
    if constexpr (std::is_same_v<Parameters, SpatialDropout1D>) check_steps(Base::single(inputs));
    if constexpr (std::is_same_v<Parameters, SpatialDropout2D>) Base::image(inputs);
    noise(Base::single(inputs));
    return inputs[0];
  }

  Value build(PlanBuilder& plan, std::span<const Value> inputs, const WeightRefs&) const override {
    if (!plan.training() || this->p.rate == 0) return inputs[0];
    const Noise noise = this->noise(plan.shape(inputs[0]));
    const auto scratch = std::make_shared<std::vector<float>>(static_cast<size_t>(noise.scratch(plan.batch())));
    return build_masked(plan, inputs[0],
                        {.kernel = "dropout",
                         .size = noise.size(),
                         .fill = [noise, scratch, rate = static_cast<float>(this->p.rate)](const DropoutKey& key,
                                                                                           int64_t rows, float* mask) {
                           noise.fill(key, rate, rows, mask, scratch->data());
                         }});
  }

 private:
  /// Of the elements, or of the channels, which lie last.
  Noise noise(const Shape& row) const {
    if constexpr (std::is_same_v<Parameters, Dropout>) {
      return Noise(this->p.noise_shape, row);
    } else {
      return Noise(std::nullopt, {row.back()});
    }
  }
};

template <class Parameters>
LayerType dropout_of() {
  return layer_type<Parameters, DropoutLayer<Parameters>>();
}

}  // namespace

LayerPtr make(const Dropout& parameters) { return std::make_shared<DropoutLayer<Dropout>>(parameters); }
LayerPtr make(const SpatialDropout1D& parameters) {
  return std::make_shared<DropoutLayer<SpatialDropout1D>>(parameters);
}
LayerPtr make(const SpatialDropout2D& parameters) {
  return std::make_shared<DropoutLayer<SpatialDropout2D>>(parameters);
}

LayerType dropout_type() { return dropout_of<Dropout>(); }
LayerType spatial_dropout1d_type() { return dropout_of<SpatialDropout1D>(); }
LayerType spatial_dropout2d_type() { return dropout_of<SpatialDropout2D>(); }

}  // namespace sluice
