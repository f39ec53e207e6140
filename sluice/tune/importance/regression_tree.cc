#include "sluice/tune/importance/regression_tree.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace sluice {
namespace {

/// A cut of an axis: what lies below `at`, or is the category `at`, goes to one side.
struct Cut {
  size_t axis = 0;
  double at = 0;
  double gain = 0;  ///< By how much the sum of squared deviations falls.
};

/// Sums of some values, from which their squared deviations follow.
struct Moments {
  double count = 0;
  double sum = 0;

  void add(double value) {
    count += 1;
    sum += value;
  }
  double square() const { return count > 0 ? sum * sum / count : 0; }
};

class Growth {
 public:
  Growth(const Axes& axes, const Results& results) : axes_(axes), results_(results) {}

  std::vector<Leaf> grow(std::vector<size_t> sample) {
    std::vector<AxisPart> whole;
    for (const Axis& axis : axes_.axes()) {
      whole.emplace_back();
      if (axis.kind == Axis::Kind::categories) whole.back().categories.assign(axis.size(), true);
    }
    split(std::move(sample), std::move(whole));
    return std::move(leaves_);
  }

 private:
  const Axes& axes_;
  const Results& results_;
  std::vector<Leaf> leaves_;

  double coordinate(size_t result, size_t axis) const { return results_.points[result][axis]; }

  Moments moments(const std::vector<size_t>& sample) const {
    Moments all;
    for (size_t result : sample) all.add(results_.values[result]);
    return all;
  }

  /// The place between two coordinates of an ordered axis, by mass.
  double between(const Axis& axis, double below, double above) const {
    if (axis.kind == Axis::Kind::line) return (below + above) / 2;
    return axis.bounds[static_cast<size_t>((below + above + 1) / 2)];
  }

  void find_ordered(std::vector<size_t>& sample, size_t axis, const Moments& all, Cut& best) const {
    std::ranges::sort(sample, {}, [&](size_t result) { return coordinate(result, axis); });
    Moments below;
    for (size_t i = 0; i + 1 < sample.size(); ++i) {
      below.add(results_.values[sample[i]]);
      const double here = coordinate(sample[i], axis), next = coordinate(sample[i + 1], axis);
      if (here == next) continue;
      const Moments above{all.count - below.count, all.sum - below.sum};
      const double gain = below.square() + above.square() - all.square();
      if (gain > best.gain) best = {axis, between(axes_.axes()[axis], here, next), gain};
    }
  }

  void find_category(const std::vector<size_t>& sample, size_t axis, const Moments& all, Cut& best) const {
    std::vector<Moments> of(axes_.axes()[axis].size());
    for (size_t result : sample) of[static_cast<size_t>(coordinate(result, axis))].add(results_.values[result]);
    for (size_t category = 0; category < of.size(); ++category) {
      const Moments others{all.count - of[category].count, all.sum - of[category].sum};
      if (of[category].count == 0 || others.count == 0) continue;
      const double gain = of[category].square() + others.square() - all.square();
      if (gain > best.gain) best = {axis, static_cast<double>(category), gain};
    }
  }

  std::optional<Cut> find_cut(std::vector<size_t>& sample) const {
    const Moments all = moments(sample);
    double squares = 0;
    for (size_t result : sample) squares += results_.values[result] * results_.values[result];
    Cut best{.gain = 1e-12 * squares};  // Less is rounding.
    const double noise = best.gain;
    for (size_t axis = 0; axis < axes_.size(); ++axis) {
      if (axes_.axes()[axis].kind == Axis::Kind::categories) {
        find_category(sample, axis, all, best);
      } else {
        find_ordered(sample, axis, all, best);
      }
    }
    if (best.gain > noise) return best;
    return std::nullopt;
  }

  /// Whether a coordinate is on the first side of a cut.
  bool is_first(const Cut& cut, double coordinate) const {
    const Axis& axis = axes_.axes()[cut.axis];
    if (axis.kind == Axis::Kind::categories) return coordinate == cut.at;
    return (axis.kind == Axis::Kind::line ? coordinate : axis.bounds[static_cast<size_t>(coordinate)]) < cut.at;
  }

  void split(std::vector<size_t> sample, std::vector<AxisPart> box) {
    const std::optional<Cut> cut = find_cut(sample);
    if (!cut) {
      const Moments all = moments(sample);
      leaves_.push_back({std::move(box), all.sum / all.count});
      return;
    }
    const auto middle = std::partition(sample.begin(), sample.end(),
                                       [&](size_t result) { return is_first(*cut, coordinate(result, cut->axis)); });
    std::vector<size_t> second(middle, sample.end());
    sample.erase(middle, sample.end());
    std::vector<AxisPart> other = box;
    AxisPart &here = box[cut->axis], &there = other[cut->axis];
    if (here.categories.empty()) {
      here.high = there.low = cut->at;
    } else {
      here.categories.assign(here.categories.size(), false);
      here.categories[static_cast<size_t>(cut->at)] = true;
      there.categories[static_cast<size_t>(cut->at)] = false;
    }
    split(std::move(sample), std::move(box));
    split(std::move(second), std::move(other));
  }
};

}  // namespace

std::vector<Leaf> grow_tree(const Axes& axes, const Results& results, size_t most, const Random& random) {
  std::vector<size_t> sample(std::min(results.values.size(), most));
  for (size_t i = 0; i < sample.size(); ++i) sample[i] = random.below(i, results.values.size());
  return Growth(axes, results).grow(std::move(sample));
}

double mass_of(const Axis& axis, const AxisPart& part) {
  if (part.categories.empty()) return part.high - part.low;
  double mass = 0;
  for (size_t i = 0; i < axis.size(); ++i) mass += part.categories[i] ? axis.bounds[i + 1] - axis.bounds[i] : 0;
  return mass;
}

}  // namespace sluice
