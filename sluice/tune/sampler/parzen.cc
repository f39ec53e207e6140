#include "sluice/tune/sampler/parzen.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace sluice {
namespace {

double normal_share(double low, double high, double centre, double deviation) {
  const double scale = 1 / (deviation * std::numbers::sqrt2);
  return 0.5 * (std::erf((high - centre) * scale) - std::erf((low - centre) * scale));
}

/// [value][centre]: the mass that a centre gives to a value.
std::vector<double> category_masses(size_t size, double others) {
  std::vector<double> masses(size * size, others / static_cast<double>(size));
  for (size_t i = 0; i < size; ++i) masses[i * size + i] += 1 - others;
  return masses;
}

std::vector<double> cell_masses(const Axis& axis, double bandwidth) {
  const size_t size = axis.size();
  std::vector<double> masses(size * size);
  for (size_t centre = 0; centre < size; ++centre) {
    const double middle = (axis.bounds[centre] + axis.bounds[centre + 1]) / 2;
    const double inside = normal_share(0, 1, middle, bandwidth);
    for (size_t value = 0; value < size; ++value)
      masses[value * size + centre] =
          normal_share(axis.bounds[value], axis.bounds[value + 1], middle, bandwidth) / inside;
  }
  return masses;
}

std::vector<double> masses_of(const Axis& axis) {
  std::vector<double> masses;
  for (size_t i = 0; i < axis.size(); ++i) masses.push_back(axis.bounds[i + 1] - axis.bounds[i]);
  return masses;
}

/// The index at which the sum of `mass(index)` passes `share` of the whole.
template <class Mass>
size_t index_at(size_t size, double share, Mass mass) {
  double whole = 0;
  for (size_t i = 0; i < size; ++i) whole += mass(i);
  double left = share * whole;
  for (size_t i = 0; i + 1 < size; ++i) {
    left -= mass(i);
    if (left < 0) return i;
  }
  return size - 1;
}

/// The point of a Gaussian that is cut off at 0 and 1 below which `share` of it lies, by Newton's method between
/// bounds.
double cut_normal_at(double share, double centre, double deviation) {
  constexpr double near = 1e-14;
  const double scale = 1 / (deviation * std::numbers::sqrt2), lowest = std::erf(-centre * scale);
  const double wanted = lowest + 2 * share * normal_share(0, 1, centre, deviation);
  double low = 0, high = 1, at = centre;
  while (high - low > near) {
    const double z = (at - centre) * scale, missing = wanted - std::erf(z);
    (missing > 0 ? low : high) = at;
    const double next = at + missing / (2 * std::numbers::inv_sqrtpi * scale * std::exp(-z * z));
    if (std::abs(next - at) < near) return std::clamp(next, 0.0, 1.0);
    at = next > low && next < high ? next : (low + high) / 2;
  }
  return at;
}

}  // namespace

Parzen::Parzen(const Axes& axes, const std::vector<size_t>& chosen, const std::vector<WeightedPoint>& points,
               const ParzenWidths& widths)
    : axes_(axes), bandwidth_(widths.bandwidth), prior_(widths.prior) {
  for (size_t index : chosen) {
    const Axis& axis = axes.axes()[index];
    Kernel kernel{.axis = index, .masses = masses_of(axis)};
    if (axis.kind == Axis::Kind::categories) kernel.relative = category_masses(axis.size(), widths.other_categories);
    if (axis.kind == Axis::Kind::cells) kernel.relative = cell_masses(axis, bandwidth_);
    for (size_t i = 0; i < kernel.relative.size(); ++i) kernel.relative[i] /= kernel.masses[i / axis.size()];
    kernels_.push_back(std::move(kernel));
  }
  for (const auto& [point, weight] : points) {
    double scale = 1;
    for (Kernel& kernel : kernels_) add_centre(kernel, (*point)[kernel.axis], scale);
    weights_.push_back(weight);
    scales_.push_back(scale);
  }
  double sum = prior_;
  for (double weight : weights_) sum += weight;
  prior_ /= sum;
  for (double& weight : weights_) weight /= sum;
}

void Parzen::add_centre(Kernel& kernel, double centre, double& scale) const {
  kernel.centres.push_back(centre);
  if (kernel.relative.empty())
    scale /= bandwidth_ * std::sqrt(2 * std::numbers::pi) * normal_share(0, 1, centre, bandwidth_);
}

double Parzen::density(const Point& point) const {
  const size_t count = weights_.size();
  std::vector<double> products(count), distances(count);  // By point, so that loops over them are vectors.
  for (size_t i = 0; i < count; ++i) products[i] = weights_[i] * scales_[i];
  for (const Kernel& kernel : kernels_) {
    const double at = point[kernel.axis];
    if (kernel.relative.empty()) {
      for (size_t i = 0; i < count; ++i) distances[i] += (at - kernel.centres[i]) * (at - kernel.centres[i]);
    } else {
      const double* relative = &kernel.relative[static_cast<size_t>(at) * kernel.masses.size()];
      for (size_t i = 0; i < count; ++i) products[i] *= relative[static_cast<size_t>(kernel.centres[i])];
    }
  }
  double density = prior_;
  for (size_t i = 0; i < count; ++i)
    density +=
        distances[i] == 0 ? products[i] : products[i] * std::exp(-0.5 * distances[i] / (bandwidth_ * bandwidth_));
  return density;
}

double Parzen::drawn(const Kernel& kernel, double uniform, double centre) const {
  if (kernel.relative.empty()) return cut_normal_at(uniform, centre, bandwidth_);
  const size_t size = kernel.masses.size();
  return static_cast<double>(index_at(size, uniform, [&](size_t value) {
    return kernel.relative[value * size + static_cast<size_t>(centre)] * kernel.masses[value];
  }));
}

void Parzen::draw(const Random& random, uint64_t first, Point& point) const {
  double left = random.uniform(first);
  size_t component = 0;
  while (component < weights_.size() && left >= weights_[component]) left -= weights_[component++];
  for (size_t k = 0; k < kernels_.size(); ++k) {
    const Kernel& kernel = kernels_[k];
    const double uniform = random.uniform(first + 1 + k);
    const bool of_prior = component == weights_.size();
    point[kernel.axis] =
        of_prior ? axes_.coordinate_at(kernel.axis, uniform) : drawn(kernel, uniform, kernel.centres[component]);
  }
}

}  // namespace sluice
