// Prints the rate of the convolution kernels by shape: GFLOP per second of this thread's own time, best of several
// runs. The thresholds in sluice/nn/convolution.cc come from here. Packing of the weights is left out.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/nn/convolution.h"
#include "sluice/tensor/kernel_level.h"
#include "sluice/tensor/onednn_conv.h"
#include "sluice/tensor/row_conv.h"
#include "sluice/tensor/tensor.h"
#include "sluice/tensor/winograd_conv.h"

namespace sluice {
namespace {

constexpr double seconds_of_a_kernel = 0.3;

struct Case {
  int64_t channels, filters, kernel, stride, size;  ///< Square images and kernels.
  bool same;                                        ///< Padded so that stride 1 keeps the size.

  ConvShape shape() const {
    const int64_t pad = same ? kernel / 2 : 0, out = (size + 2 * pad - kernel) / stride + 1;
    return {channels, size, size, filters, kernel, kernel, stride, stride, 1, 1, pad, pad, out, out};
  }
};

/// The convolutions of the benchmark's networks, and what lies between them.
constexpr Case cases[] = {
    {1, 6, 5, 1, 28, true},     {6, 16, 5, 1, 14, false},  {1, 16, 5, 1, 28, true},    {16, 32, 5, 1, 14, true},
    {1, 32, 3, 1, 28, false},   {32, 64, 3, 1, 26, false}, {3, 16, 3, 1, 32, true},    {16, 16, 3, 1, 32, true},
    {16, 32, 3, 2, 32, true},   {32, 32, 3, 1, 16, true},  {32, 64, 3, 2, 16, true},   {64, 64, 3, 1, 8, true},
    {16, 32, 1, 2, 32, false},  {32, 64, 1, 2, 16, false}, {16, 96, 1, 1, 112, false}, {96, 24, 1, 1, 56, false},
    {160, 960, 1, 1, 7, false},
};

double thread_seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double best_rate(double flop, const std::function<void()>& run) {
  run();
  double best = 1e30, spent = 0;
  while (spent < seconds_of_a_kernel) {
    const double start = thread_seconds();
    run();
    const double seconds = thread_seconds() - start;
    best = std::min(best, seconds);
    spent += seconds;
  }
  return flop / best * 1e-9;
}

/// Random floats in -0.5 … 0.5.
class Floats {
 public:
  explicit Floats(int64_t count) : tensor_(DType::float32, {std::max<int64_t>(count, 1)}) {
    const Random random(1, Purpose::fuzz);
    const auto values = tensor_.values<float>();
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(random.uniform(i) - 0.5);
  }
  float* data() { return tensor_.values<float>().data(); }

 private:
  Tensor tensor_;
};

struct Rates {
  double forward, weights, data;
};

/// Images, kernel and their gradients for `rows` rows.
struct Arrays {
  Floats x, kernel, bias, y;
  Arrays(const ConvShape& s, int64_t rows)
      : x(rows * s.channels * s.height * s.width),
        kernel(s.kernel_height * s.kernel_width * s.channels * s.filters),
        bias(s.filters),
        y(rows * s.filters * s.out_height * s.out_width) {}
};

Rates lane_rates(const ConvShape& s, int64_t batch, double flop) {
  const int64_t groups = (batch + lanes() - 1) / lanes();
  Arrays a(s, groups * lanes());
  Floats packed(lane_conv::packed_size(s)), packed_backward(lane_conv::packed_backward_size(s));
  Floats scratch(std::max(
      {lane_conv::forward_scratch(s), lane_conv::backward_data_scratch(s), lane_conv::backward_weights_scratch(s)}));
  lane_conv::pack(s, a.kernel.data(), packed.data());
  lane_conv::pack_backward(s, a.kernel.data(), packed_backward.data());
  Rates rates;
  rates.forward = best_rate(flop, [&] {
    lane_conv::forward(s, groups, a.x.data(), packed.data(), a.bias.data(), true, a.y.data(), scratch.data());
  });
  rates.weights = best_rate(flop, [&] {
    lane_conv::backward_weights(s, groups, a.x.data(), a.y.data(), a.kernel.data(), a.bias.data(), {}, scratch.data());
  });
  rates.data = best_rate(flop, [&] {
    lane_conv::backward_data(s, groups, a.y.data(), packed_backward.data(), a.x.data(), scratch.data());
  });
  return rates;
}

Rates row_rates(const RowConv& conv, const ConvShape& s, int64_t batch, double flop) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  Arrays a(s, batch);
  Floats packed(conv.packed_size(s)), packed_backward(conv.packed_backward_size(s));
  Floats scratch(std::max({conv.forward_scratch(s), conv.backward_data_scratch(s), conv.backward_weights_scratch(s)}));
  conv.pack(s, a.kernel.data(), packed.data());
  conv.pack_backward(s, a.kernel.data(), packed_backward.data());
  Rates rates;
  rates.forward = best_rate(flop, [&] {
    conv.forward(s, batch, a.x.data(), packed.data(), a.bias.data(), true, infinity, a.y.data(), scratch.data());
  });
  rates.weights = best_rate(flop, [&] {
    conv.backward_weights(s, batch, a.x.data(), a.y.data(), a.kernel.data(), a.bias.data(), {}, scratch.data());
  });
  rates.data = best_rate(flop, [&] {
    conv.backward_data(s, batch, a.y.data(), packed_backward.data(), nullptr, a.x.data(), scratch.data());
  });
  return rates;
}

double onednn_rate(const ConvShape& s, int64_t batch, double flop, OnednnConv::Pass pass) {
  const bool with_bias = pass != OnednnConv::Pass::backward_data;
  const OnednnConv conv(s, batch, pass, with_bias, pass == OnednnConv::Pass::forward);
  Arrays a(s, batch);
  Floats packed(conv.packed_size()), scratch(conv.scratch_size());
  if (pass != OnednnConv::Pass::backward_weights) conv.pack(a.kernel.data(), packed.data());
  return best_rate(flop, [&] {
    conv.run(a.x.data(), packed.data(), with_bias ? a.bias.data() : nullptr, a.y.data(), scratch.data());
  });
}

Rates onednn_rates(const ConvShape& s, int64_t batch, double flop) {
  using Pass = OnednnConv::Pass;
  return {onednn_rate(s, batch, flop, Pass::forward), onednn_rate(s, batch, flop, Pass::backward_weights),
          onednn_rate(s, batch, flop, Pass::backward_data)};
}

void print(const char* name, const Rates& rates) {
  std::printf("  %s %6.1f %6.1f %6.1f", name, rates.forward, rates.weights, rates.data);
}

void measure(const Case& c, int64_t batch) {
  const ConvShape s = c.shape();
  const double flop =
      2.0 * static_cast<double>(batch * s.out_height * s.out_width * c.kernel * c.kernel * c.channels * c.filters);
  const std::string name = std::to_string(c.channels) + "→" + std::to_string(c.filters) + " " +
                           std::to_string(c.kernel) + "×" + std::to_string(c.kernel) + "/" + std::to_string(c.stride) +
                           " of " + std::to_string(c.size) + "×" + std::to_string(c.size) + (c.same ? " same" : "");
  std::printf("%s:", name.c_str());
  print("lanes", lane_rates(s, batch, flop));
  print("rows", row_rates(row_conv(), s, batch, flop));
  if (winograd_conv().supports(s)) print("Winograd", row_rates(winograd_conv(), s, batch, flop));
  print("oneDNN", onednn_rates(s, batch, flop));
  std::printf("\n");
  std::fflush(stdout);
}

void run(int64_t batch) {
  const std::string level(to_string(kernel_level()));
  KernelScope scope;
  std::printf("GFLOP/s at batch %lld, %s kernels: forward, weights, data\n", static_cast<long long>(batch),
              level.c_str());
  for (const Case& c : cases) measure(c, batch);
}

}  // namespace
}  // namespace sluice

int main(int count, char** arguments) try {
  sluice::run(count > 1 ? std::stoll(arguments[1]) : 64);
} catch (const std::exception& error) {
  std::fprintf(stderr, "sluice_kernels: %s\n", error.what());
  return 1;
}
