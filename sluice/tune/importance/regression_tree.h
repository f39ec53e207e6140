#pragma once

#include <cstdint>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/tune/axes.h"

namespace sluice {

/// A part of one axis, by mass: an interval of the distribution function, or some of the categories.
struct AxisPart {
  double low = 0;
  double high = 1;
  std::vector<bool> categories;  ///< Which are in it; empty for ordered axes.
};

/// A box of the space in which a tree predicts one value.
struct Leaf {
  std::vector<AxisPart> box;  ///< By axis.
  double value = 0;
};

/// Results by point. Coordinates are all there.
struct Results {
  std::vector<Point> points;
  std::vector<double> values;
};

/// Grows a regression tree (CART, Breiman et al. 1984) over a bootstrap sample of at most `most` results, until the
/// values of each leaf are equal, and returns its leaves; ordered axes are cut in two, of categories one is taken out.
/// Their boxes fill the space.
std::vector<Leaf> grow_tree(const Axes& axes, const Results& results, size_t most, const Random& random);

/// The share of an axis' mass that lies in the part.
double mass_of(const Axis& axis, const AxisPart& part);

}  // namespace sluice
