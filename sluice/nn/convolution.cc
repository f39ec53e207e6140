#include "sluice/nn/convolution.h"

#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/winograd_conv.h"

namespace sluice {
namespace {

int64_t in_whole_vectors(int64_t channels) { return (channels + lanes() - 1) / lanes() * lanes(); }

/// Whether so many channels leave few lanes of their last vector empty.
bool fill_vectors(int64_t channels) { return 5 * channels >= 4 * in_whole_vectors(channels); }

/// Products of Winograd's way for a pass that gives `channels` numbers of each of height · width pixels, for each of
/// the channels.
double winograd_products(int64_t kernel, int64_t height, int64_t width, int64_t channels) {
  const int64_t points = kernel + 3, tiles = ((height + 3) / 4) * ((width + 3) / 4);
  return static_cast<double>(points * points * tiles * in_whole_vectors(channels)) / static_cast<double>(channels);
}

/// Whether Winograd's way saves more products than its transforms cost; these weigh as much as the products of so many
/// channels. Measured on one core with AVX2 whose limit is 102 GF/s, in GF/s of the definition; forward, data,
/// weights: 16→16 3×3 Winograd 146 152 138, rows 87 89 84; 32→64 3×3 230 180 193, 76 75 65; 64→64 3×3 of 8×8 309 307
/// 246, 99 99 91; 16→32 5×5 246 247 239, 98 100 82; 6→16 5×5 of 10×10 118 51 118, lanes 91 80 75.
bool suits_winograd(const ConvShape& s) {
  constexpr double transforms = 10, margin = 1.25;
  if (!winograd_conv().supports(s)) return false;
  const auto channels = static_cast<double>(s.channels), filters = static_cast<double>(s.filters);
  const double forward = winograd_products(s.kernel_height, s.out_height, s.out_width, s.filters);
  const double data = winograd_products(s.kernel_height, s.height, s.width, s.channels);
  const auto saved = static_cast<double>(s.kernel_height * s.kernel_width * s.out_height * s.out_width);
  return margin * (2 * forward + data) / 3 * (1 + transforms / channels + transforms / filters) < saved;
}

/// Measured on one core with AVX2 whose limit is 102 GF/s; forward, data, weights: 32→64 3×3 rows 86 84 81, lanes 58 56
/// 58, oneDNN 77 69 47; 64→64 3×3 rows 88 89 87, lanes 86 86 61, oneDNN 82 103 64; 6→16 5×5 rows 90 28 85, lanes 87 76
/// 69. Lanes spread dy by the strides (32→64 3×3 by 2: rows 89 85 80, lanes 81 20 57). Images of few channels end the
/// network: nobody asks for their gradient.
bool suits_rows(const ConvShape& s) {
  constexpr int64_t few = 4;
  if (suits_winograd(s)) return true;
  if (!row_conv().supports(s)) return false;
  if (s.stride_height > 1 || s.stride_width > 1) return true;
  return fill_vectors(s.filters) && (fill_vectors(s.channels) || s.channels <= few);
}

/// Whether inference goes by products of matrices: kernels of 1×1 are such; elsewhere lanes would hold one row of the
/// batch where there are no more, and of large images they leave the caches.
bool is_product_in_inference(const ConvShape& s) {
  constexpr int64_t large = 64 * 64;
  const bool pointwise = s.kernel_height == 1 && s.kernel_width == 1;
  return pointwise || (s.out_height * s.out_width >= large && !suits_rows(s));
}

}  // namespace

const RowConv& row_conv_for(const ConvShape& shape) { return suits_winograd(shape) ? winograd_conv() : row_conv(); }

Value without_padding(const PlanBuilder& plan, Value x, ConvShape& shape) {
  const auto& padded = plan.padding(x);
  if (!padded) return x;
  shape.height = plan.shape(padded->image)[0];
  shape.width = plan.shape(padded->image)[1];
  shape.pad_top += padded->top;
  shape.pad_left += padded->left;
  return padded->image;
}

Value build_convolution(PlanBuilder& plan, const Convolution& convolution, Value x) {
  const ConvShape& shape = convolution.shape;
  const bool product = shape.groups > 1 || (!plan.training() && is_product_in_inference(shape));
  if (product) return build_gemm_convolution(plan, convolution, x);
  return suits_rows(shape) ? build_row_convolution(plan, convolution, x) : build_lane_convolution(plan, convolution, x);
}

}  // namespace sluice
