#pragma once

#include <cstddef>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/tune/axes.h"

namespace sluice {

/// A point and its weight in a density.
struct WeightedPoint {
  const Point* point;
  double weight = 1;
};

/// How a `Parzen` spreads its points.
struct ParzenWidths {
  double bandwidth = 0.2;         ///< Standard deviation on ordered axes, which are 1 long.
  double other_categories = 0.3;  ///< Mass that a point gives to all categories alike, its own too.
  double prior = 0.5;             ///< Weight of the space's own distribution, beside those of the points.
};

/// A Parzen density over some axes of a space: each point is the centre of a product of kernels, one an axis, as in the
/// multivariate estimator of BOHB (Falkner et al. 2018); the kernels are Gaussians that are cut off at the ends of the
/// axis, and for categories those of Aitchison and Aitken 1976. It is mixed with the space's own distribution.
class Parzen {
 public:
  /// The points have coordinates on all of `chosen`, indices into `axes`, which is kept.
  Parzen(const Axes& axes, const std::vector<size_t>& chosen, const std::vector<WeightedPoint>& points,
         const ParzenWidths& widths);

  /// Returns the density at a point over that of the space's own distribution.
  double density(const Point& point) const;

  /// Draws the coordinates of the chosen axes from one uniform more than there are of them, from index `first` on.
  void draw(const Random& random, uint64_t first, Point& point) const;

 private:
  /// The kernel of one axis.
  struct Kernel {
    size_t axis;
    std::vector<double> relative = {};  ///< [value][centre], over the value's mass; empty for a line.
    std::vector<double> masses = {};    ///< Of the values.
    std::vector<double> centres = {};   ///< By point.
  };

  void add_centre(Kernel& kernel, double centre, double& scale) const;
  double drawn(const Kernel& kernel, double uniform, double centre) const;

  const Axes& axes_;
  double bandwidth_;
  double prior_;
  std::vector<Kernel> kernels_;
  std::vector<double> weights_;  ///< By point.
  std::vector<double> scales_;   ///< By point: the kernels on lines at their centres.
};

}  // namespace sluice
