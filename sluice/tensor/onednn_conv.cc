#include "sluice/tensor/onednn_conv.h"

#include <algorithm>
#include <dnnl.hpp>
#include <unordered_map>

#include "sluice/base/error.h"

namespace sluice {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

memory::desc f32(const memory::dims& sizes, Tag tag) { return {sizes, memory::data_type::f32, tag}; }

/// Padding behind the last element that makes the output as long as it is.
int64_t padding_after(int64_t length, int64_t size, int64_t stride, int64_t dilation, int64_t before, int64_t output) {
  return std::max<int64_t>((output - 1) * stride + (size - 1) * dilation + 1 - length - before, 0);
}

struct Descriptions {
  memory::desc x, kernel, kernel_as_keras, bias, y;
  memory::dims strides, dilation, pad_before, pad_after;

  Descriptions(const ConvShape& s, int64_t batch, bool with_bias)
      : x(f32({batch, s.channels, s.height, s.width}, Tag::nhwc)),
        kernel(f32({s.filters, s.channels, s.kernel_height, s.kernel_width}, Tag::any)),
        kernel_as_keras(f32({s.filters, s.channels, s.kernel_height, s.kernel_width}, Tag::hwio)),
        bias(with_bias ? f32({s.filters}, Tag::a) : memory::desc()),
        y(f32({batch, s.filters, s.out_height, s.out_width}, Tag::nhwc)),
        strides{s.stride_height, s.stride_width},
        dilation{s.dilation_height - 1, s.dilation_width - 1},
        pad_before{s.pad_top, s.pad_left},
        pad_after{padding_after(s.height, s.kernel_height, s.stride_height, s.dilation_height, s.pad_top, s.out_height),
                  padding_after(s.width, s.kernel_width, s.stride_width, s.dilation_width, s.pad_left, s.out_width)} {}
};

constexpr auto direct = dnnl::algorithm::convolution_direct;

dnnl::convolution_forward::primitive_desc forward_description(const Descriptions& d,
                                                              const dnnl::primitive_attr& attributes) {
  return {{dnnl::prop_kind::forward_training, direct, d.x, d.kernel, d.bias, d.y, d.strides, d.dilation, d.pad_before,
           d.pad_after},
          attributes,
          engine()};
}

}  // namespace

struct OnednnConv::Primitive {
  Pass pass;
  memory::desc kernel, kernel_as_keras;
  int64_t scratch = 0;
  std::string implementation;
  dnnl::primitive primitive;
  dnnl::reorder pack, unpack;
  std::unordered_map<int, memory> arguments;
  dnnl::stream stream{engine()};

  template <class Description>
  void take(const Description& description, const memory::desc& weights) {
    kernel = weights;
    implementation = description.impl_info_str();
    scratch = static_cast<int64_t>(description.scratchpad_desc().get_size() / sizeof(float));
    arguments.emplace(DNNL_ARG_SCRATCHPAD, memory(description.scratchpad_desc(), engine(), DNNL_MEMORY_NONE));
  }

  void add(int argument, const memory::desc& description) {
    if (description.get_size() > 0) arguments.emplace(argument, memory(description, engine(), DNNL_MEMORY_NONE));
  }

  void point(int argument, const float* data) {
    auto found = arguments.find(argument);
    if (found != arguments.end()) found->second.set_data_handle(const_cast<float*>(data));
  }
};

OnednnConv::OnednnConv(const ConvShape& shape, int64_t batch, Pass pass, bool bias, bool relu)
    : primitive_(new Primitive{}) {
  const Descriptions d(shape, batch, bias);
  Primitive& p = *primitive_;
  p.pass = pass;
  p.kernel_as_keras = d.kernel_as_keras;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (relu) {
    dnnl::post_ops after;
    after.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
    attributes.set_post_ops(after);
  }
  try {
    const auto forward = forward_description(d, attributes);
    if (pass == Pass::forward) {
      p.take(forward, forward.weights_desc());
      p.primitive = dnnl::convolution_forward(forward);
      p.add(DNNL_ARG_SRC, d.x);
      p.add(DNNL_ARG_WEIGHTS, p.kernel);
      p.add(DNNL_ARG_BIAS, d.bias);
      p.add(DNNL_ARG_DST, d.y);
    } else if (pass == Pass::backward_data) {
      const dnnl::convolution_backward_data::primitive_desc backward(
          {direct, d.x, d.kernel, d.y, d.strides, d.dilation, d.pad_before, d.pad_after}, attributes, engine(),
          forward);
      p.take(backward, backward.weights_desc());
      p.primitive = dnnl::convolution_backward_data(backward);
      p.add(DNNL_ARG_DIFF_SRC, d.x);
      p.add(DNNL_ARG_WEIGHTS, p.kernel);
      p.add(DNNL_ARG_DIFF_DST, d.y);
    } else {
      const dnnl::convolution_backward_weights::primitive_desc backward(
          {direct, d.x, d.kernel, d.bias, d.y, d.strides, d.dilation, d.pad_before, d.pad_after}, attributes, engine(),
          forward);
      p.take(backward, backward.diff_weights_desc());
      p.primitive = dnnl::convolution_backward_weights(backward);
      p.add(DNNL_ARG_SRC, d.x);
      p.add(DNNL_ARG_DIFF_WEIGHTS, p.kernel);
      p.add(DNNL_ARG_DIFF_BIAS, d.bias);
      p.add(DNNL_ARG_DIFF_DST, d.y);
    }
    p.pack = dnnl::reorder({engine(), p.kernel_as_keras, engine(), p.kernel});
    p.unpack = dnnl::reorder({engine(), p.kernel, engine(), p.kernel_as_keras});
  } catch (const dnnl::error& error) {
    throw Error(ErrorCode::internal, std::string("[oneDNN convolution] ") + error.what());
  }
}

OnednnConv::~OnednnConv() = default;

int64_t OnednnConv::packed_size() const { return static_cast<int64_t>(primitive_->kernel.get_size() / sizeof(float)); }

int64_t OnednnConv::scratch_size() const { return primitive_->scratch; }

void OnednnConv::pack(const float* kernel, float* packed) const {
  memory from(primitive_->kernel_as_keras, engine(), const_cast<float*>(kernel)),
      to(primitive_->kernel, engine(), packed);
  primitive_->pack.execute(primitive_->stream, from, to);
}

void OnednnConv::unpack(const float* packed, float* kernel) const {
  memory from(primitive_->kernel, engine(), const_cast<float*>(packed)),
      to(primitive_->kernel_as_keras, engine(), kernel);
  primitive_->unpack.execute(primitive_->stream, from, to);
}

void OnednnConv::run(const float* x, const float* packed, const float* bias, const float* y, float* scratch) const {
  Primitive& p = *primitive_;
  p.point(DNNL_ARG_SCRATCHPAD, scratch);
  p.point(p.pass == Pass::backward_data ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, x);
  p.point(p.pass == Pass::backward_weights ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, packed);
  p.point(p.pass == Pass::backward_weights ? DNNL_ARG_DIFF_BIAS : DNNL_ARG_BIAS, bias);
  p.point(p.pass == Pass::forward ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, y);
  p.primitive.execute(p.stream, p.arguments);
}

std::string OnednnConv::implementation() const { return primitive_->implementation; }

}  // namespace sluice
