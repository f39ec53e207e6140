#include "sluice/tune/importance/fanova.h"

#include <algorithm>

namespace sluice {
namespace {

constexpr uint32_t trees = 64;
constexpr size_t most_of_tree = 512;  ///< Results that a tree is grown on.

/// A tree's mean prediction along one axis: its pieces with their masses.
struct Marginal {
  std::vector<double> masses;
  std::vector<double> values;

  double variance() const {
    double mean = 0, square = 0;
    for (size_t i = 0; i < masses.size(); ++i) mean += masses[i] * values[i];
    for (size_t i = 0; i < masses.size(); ++i) square += masses[i] * (values[i] - mean) * (values[i] - mean);
    return square;
  }
};

/// The mass of a leaf's box.
double mass_of(const Axes& axes, const Leaf& leaf) {
  double mass = 1;
  for (size_t axis = 0; axis < axes.size(); ++axis) mass *= mass_of(axes.axes()[axis], leaf.box[axis]);
  return mass;
}

double variance(const std::vector<Leaf>& leaves, const std::vector<double>& masses) {
  Marginal whole{.masses = masses};
  for (const Leaf& leaf : leaves) whole.values.push_back(leaf.value);
  return whole.variance();
}

Marginal along_categories(const Axis& axis, size_t index, const std::vector<Leaf>& leaves,
                          const std::vector<double>& masses) {
  Marginal marginal{.values = std::vector<double>(axis.size())};
  for (size_t i = 0; i < axis.size(); ++i) marginal.masses.push_back(axis.bounds[i + 1] - axis.bounds[i]);
  for (size_t l = 0; l < leaves.size(); ++l) {
    const AxisPart& part = leaves[l].box[index];
    const double others = masses[l] / mass_of(axis, part);
    for (size_t i = 0; i < axis.size(); ++i) marginal.values[i] += part.categories[i] ? others * leaves[l].value : 0;
  }
  return marginal;
}

/// Pieces lie between the places where any leaf ends. What a leaf adds begins at one and ends at another.
Marginal along_line(size_t index, const std::vector<Leaf>& leaves, const std::vector<double>& masses) {
  std::vector<double> ends;
  for (const Leaf& leaf : leaves) ends.push_back(leaf.box[index].low);
  ends.push_back(1);
  std::ranges::sort(ends);
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  const auto place = [&](double end) {
    return static_cast<size_t>(std::ranges::lower_bound(ends, end) - ends.begin());
  };
  std::vector<double> steps(ends.size());
  for (size_t l = 0; l < leaves.size(); ++l) {
    const AxisPart& part = leaves[l].box[index];
    const double added = masses[l] / (part.high - part.low) * leaves[l].value;
    steps[place(part.low)] += added;
    steps[place(part.high)] -= added;
  }
  Marginal marginal;
  double value = 0;
  for (size_t i = 0; i + 1 < ends.size(); ++i) {
    value += steps[i];
    marginal.masses.push_back(ends[i + 1] - ends[i]);
    marginal.values.push_back(value);
  }
  return marginal;
}

}  // namespace

std::vector<double> fanova(const Axes& axes, const Results& results) {
  if (results.values.empty()) return {};
  std::vector<double> shares(axes.size());
  double counted = 0;
  for (uint32_t tree = 0; tree < trees; ++tree) {
    const auto leaves = grow_tree(axes, results, most_of_tree, Random(0, Purpose::importance, tree));
    std::vector<double> masses;
    for (const Leaf& leaf : leaves) masses.push_back(mass_of(axes, leaf));
    const double whole = variance(leaves, masses);
    if (!(whole > 0)) continue;
    counted += 1;
    for (size_t index = 0; index < axes.size(); ++index) {
      const Axis& axis = axes.axes()[index];
      const bool ordered = axis.kind != Axis::Kind::categories;
      const Marginal marginal =
          ordered ? along_line(index, leaves, masses) : along_categories(axis, index, leaves, masses);
      shares[index] += marginal.variance() / whole;
    }
  }
  if (counted == 0) return {};
  for (double& share : shares) share /= counted;
  return shares;
}

}  // namespace sluice
