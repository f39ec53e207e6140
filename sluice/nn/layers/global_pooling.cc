#include "sluice/nn/layers/global_pooling.h"

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

}  // namespace

LayerPtr make(const GlobalMaxPooling1D& parameters) { return make_global(parameters); }
LayerPtr make(const GlobalMaxPooling2D& parameters) { return make_global(parameters); }
LayerPtr make(const GlobalAveragePooling1D& parameters) { return make_global(parameters); }
LayerPtr make(const GlobalAveragePooling2D& parameters) { return make_global(parameters); }

LayerType global_max_pooling1d_type() { return global_type<GlobalMaxPooling1D>(); }
LayerType global_max_pooling2d_type() { return global_type<GlobalMaxPooling2D>(); }
LayerType global_average_pooling1d_type() { return global_type<GlobalAveragePooling1D>(); }
LayerType global_average_pooling2d_type() { return global_type<GlobalAveragePooling2D>(); }

}  // namespace sluice
