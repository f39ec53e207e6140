#include "sluice/tensor/filtered_resize.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sluice {
namespace {

double keys_cubic(double x) {
  if (x >= 2) return 0;
  return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
}

double lanczos(double x, double radius) {
  if (x > radius) return 0;
  if (x <= 1e-3) return 1;
  const double angle = std::numbers::pi * x;
  return radius * std::sin(angle) * std::sin(angle / radius) / (angle * angle);
}

struct Kernel {
  double radius;
  double (*weight)(double distance);
};

Kernel kernel(ImageFilter filter) {
  switch (filter) {
    case ImageFilter::bicubic: return {2, keys_cubic};
    case ImageFilter::lanczos3: return {3, [](double x) { return lanczos(x, 3); }};
    case ImageFilter::lanczos5: return {5, [](double x) { return lanczos(x, 5); }};
    default: return {1, [](double x) { return std::max(0.0, 1 - x); }};
  }
}

WeighedPixels normalized(int64_t first, const std::vector<double>& weights) {
  double sum = 0;
  for (double weight : weights) sum += weight;
  WeighedPixels pixels{first, {}};
  for (double weight : weights) pixels.weights.push_back(static_cast<float>(weight / sum));
  return pixels;
}

/// Of all old pixels within the kernel, which is `wide` times as wide as it is defined.
WeighedPixels weighed_pixel(int64_t at, int64_t from, int64_t to, const Kernel& kernel, double wide) {
  const double center = (static_cast<double>(at) + 0.5) * static_cast<double>(from) / static_cast<double>(to);
  const double reach = kernel.radius * wide;
  const auto first = std::max<int64_t>(static_cast<int64_t>(std::ceil(center - reach - 0.5)), 0);
  const auto last = std::min(static_cast<int64_t>(std::floor(center + reach - 0.5)), from - 1);
  std::vector<double> weights;
  for (int64_t i = first; i <= last; ++i)
    weights.push_back(kernel.weight(std::abs(static_cast<double>(i) + 0.5 - center) / wide));
  return normalized(first, weights);
}

/// TensorFlow's bicubic without antialiasing takes its weights from a table of 1,024 places between two pixels.
WeighedPixels tabled_bicubic(int64_t at, int64_t from, int64_t to) {
  constexpr float places = 1024;
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  const float place = (static_cast<float>(at) + 0.5f) * scale - 0.5f;
  const auto before = static_cast<int64_t>(std::floor(place));
  const double share = static_cast<double>(std::rint((place - static_cast<float>(before)) * places) / places);
  const int64_t first = std::max<int64_t>(before - 1, 0), last = std::min(before + 2, from - 1);
  std::vector<double> weights;
  for (int64_t i = first; i <= last; ++i)
    weights.push_back(keys_cubic(std::abs(static_cast<double>(i - before) - share)));
  return normalized(first, weights);
}

/// sum[to] += weights · x, of `inner` floats each; `stride` lies between the pixels of x.
void add_weighed(const WeighedPixels& pixels, int64_t inner, int64_t stride, const float* x, float* sum) {
  const float* pixel = x + pixels.first * stride;
  for (float weight : pixels.weights) {
    for (int64_t k = 0; k < inner; ++k) sum[k] += weight * pixel[k];
    pixel += stride;
  }
}

void add_weighed_back(const WeighedPixels& pixels, int64_t inner, int64_t stride, const float* dy, float* dx) {
  float* pixel = dx + pixels.first * stride;
  for (float weight : pixels.weights) {
    for (int64_t k = 0; k < inner; ++k) pixel[k] += weight * dy[k];
    pixel += stride;
  }
}

}  // namespace

std::vector<WeighedPixels> weighed_pixels(int64_t from, int64_t to, ImageFilter filter, bool antialias) {
  const double wide = antialias ? std::max(1.0, static_cast<double>(from) / static_cast<double>(to)) : 1.0;
  std::vector<WeighedPixels> pixels;
  for (int64_t at = 0; at < to; ++at) {
    const bool tabled = filter == ImageFilter::bicubic && !antialias;
    pixels.push_back(tabled ? tabled_bicubic(at, from, to) : weighed_pixel(at, from, to, kernel(filter), wide));
  }
  return pixels;
}

void filtered_resize(int64_t images, const FilteredResize& s, const float* x, float* y, float* scratch) {
  const int64_t row = static_cast<int64_t>(s.columns.size()) * s.inner;
  for (int64_t image = 0; image < images; ++image, x += s.height * s.width * s.inner) {
    std::fill_n(scratch, s.scratch(), 0.0f);
    float* across = scratch;
    for (int64_t i = 0; i < s.height; ++i) {
      for (const WeighedPixels& column : s.columns) {
        add_weighed(column, s.inner, s.inner, x + i * s.width * s.inner, across);
        across += s.inner;
      }
    }
    for (const WeighedPixels& pixels : s.rows) {
      std::fill_n(y, row, 0.0f);
      add_weighed(pixels, row, row, scratch, y);
      y += row;
    }
  }
}

void filtered_resize_backward(int64_t images, const FilteredResize& s, const float* dy, float* dx, float* scratch) {
  const int64_t row = static_cast<int64_t>(s.columns.size()) * s.inner, plane = s.height * s.width * s.inner;
  for (int64_t image = 0; image < images; ++image, dx += plane) {
    std::fill_n(scratch, s.scratch(), 0.0f);
    std::fill_n(dx, plane, 0.0f);
    for (const WeighedPixels& pixels : s.rows) {
      add_weighed_back(pixels, row, row, dy, scratch);
      dy += row;
    }
    const float* across = scratch;
    for (int64_t i = 0; i < s.height; ++i) {
      for (const WeighedPixels& column : s.columns) {
        add_weighed_back(column, s.inner, s.inner, across, dx + i * s.width * s.inner);
        across += s.inner;
      }
    }
  }
}

}  // namespace sluice
