#include "sluice/tune/importance/ped_anova.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sluice {
namespace {

constexpr double best_share = 0.1;
constexpr size_t line_cells = 50;

/// The cells in which densities of an axis are compared: their middles by mass, and the cell of a coordinate.
struct Cells {
  explicit Cells(const Axis& axis) : line(axis.kind == Axis::Kind::line) {
    const size_t count = line ? line_cells : axis.size();
    for (size_t i = 0; i < count; ++i)
      middles.push_back(line ? (static_cast<double>(i) + 0.5) / line_cells : (axis.bounds[i] + axis.bounds[i + 1]) / 2);
  }
  size_t of(double coordinate) const {
    if (!line) return static_cast<size_t>(coordinate);
    return std::min(static_cast<size_t>(coordinate * line_cells), line_cells - 1);
  }

  bool line;
  std::vector<double> middles;
};

/// Scott's rule for the standard deviation of a kernel, as statsmodels and Optuna take it: 1.059 min(IQR / 1.34, σ)
/// n^-0.2.
double bandwidth(std::vector<double> places) {
  const auto count = static_cast<double>(places.size());
  const double mean = std::accumulate(places.begin(), places.end(), 0.0) / count;
  double square = 0;
  for (double place : places) square += (place - mean) * (place - mean);
  std::ranges::sort(places);
  const auto quantile = [&](double share) { return places[static_cast<size_t>(share * (count - 1))]; };
  const double deviation = std::sqrt(square / std::max(1.0, count - 1)), range = quantile(0.75) - quantile(0.25);
  const double spread = range > 0 ? std::min(range / 1.34, deviation) : deviation;
  return std::max(1.059 * spread * std::pow(count, -0.2), 0.5 / line_cells);
}

/// Kernel density of some results along an ordered axis, as the mass of each cell.
std::vector<double> ordered_density(const Cells& cells, const std::vector<double>& counts, double width) {
  std::vector<double> masses(counts.size());
  for (size_t from = 0; from < counts.size(); ++from) {
    if (counts[from] == 0) continue;
    std::vector<double> kernel(counts.size());
    for (size_t to = 0; to < counts.size(); ++to) {
      const double z = (cells.middles[to] - cells.middles[from]) / width;
      kernel[to] = std::exp(-0.5 * z * z);
    }
    const double sum = std::accumulate(kernel.begin(), kernel.end(), 0.0);
    for (size_t to = 0; to < counts.size(); ++to) masses[to] += counts[from] * kernel[to] / sum;
  }
  return masses;
}

/// As many results as `count` of the order along an axis, as masses that add up to 1. Each cell has a little more, as
/// if one result more lay in all of them alike.
std::vector<double> density(const Axis& axis, size_t index, const Results& results, const std::vector<size_t>& order,
                            size_t count) {
  const Cells cells(axis);
  std::vector<double> masses(cells.middles.size()), places;
  for (size_t i = 0; i < count; ++i) {
    const size_t cell = cells.of(results.points[order[i]][index]);
    masses[cell] += 1;
    places.push_back(cells.middles[cell]);
  }
  if (axis.kind != Axis::Kind::categories) masses = ordered_density(cells, masses, bandwidth(std::move(places)));
  const auto number = static_cast<double>(masses.size());
  for (double& mass : masses) mass = (mass + 1 / number) / (static_cast<double>(count) + 1);
  return masses;
}

double pearson_divergence(const std::vector<double>& of, const std::vector<double>& from) {
  double sum = 0;
  for (size_t i = 0; i < of.size(); ++i) sum += from[i] * (of[i] / from[i] - 1) * (of[i] / from[i] - 1);
  return sum;
}

}  // namespace

std::vector<double> ped_anova(const Axes& axes, const Results& results) {
  const size_t count = results.values.size();
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t result) { return results.values[result]; });
  const size_t best = static_cast<size_t>(std::ceil(best_share * static_cast<double>(count)));
  if (best < 2 || results.values[order.front()] == results.values[order.back()]) return {};
  std::vector<double> shares;
  for (size_t index = 0; index < axes.size(); ++index) {
    const Axis& axis = axes.axes()[index];
    shares.push_back(
        pearson_divergence(density(axis, index, results, order, best), density(axis, index, results, order, count)));
  }
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!(sum > 0)) return {};
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace sluice
