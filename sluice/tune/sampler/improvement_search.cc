#include "sluice/tune/sampler/improvement_search.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <utility>

namespace sluice {
namespace {

constexpr size_t climbs = 4;  // From the best draws, beside those from the given starts.
constexpr size_t rounds = 10, moves = 32;
constexpr double first_radius = 0.3, shrink = 0.7;

struct ScoredPoint {
  Point point;  ///< With coordinates on all axes.
  double improvement;
};

/// Uniform numbers, one behind the other.
class Uniforms {
 public:
  explicit Uniforms(const Random& random) : random_(random) {}
  double next() { return random_.uniform(index_++); }
  size_t below(size_t bound) { return std::min(static_cast<size_t>(next() * static_cast<double>(bound)), bound - 1); }

 private:
  Random random_;
  uint64_t index_ = 0;
};

/// Draws points and moves them to where more improvement is expected.
class Climber {
 public:
  Climber(const ImprovementSearch& search, const Random& random) : search_(search), uniforms_(random) {}

  /// The best `count` of random points.
  std::vector<ScoredPoint> best_draws(size_t draws, size_t count) {
    std::vector<Point> points;
    for (size_t i = 0; i < draws; ++i) points.push_back(drawn());
    std::vector<ScoredPoint> scored = score(points);
    count = std::min(count, scored.size());
    std::ranges::partial_sort(scored, scored.begin() + static_cast<std::ptrdiff_t>(count), higher);
    scored.resize(count);
    return scored;
  }

  /// Moves as long as that helps, by less and less where it does not.
  ScoredPoint climb(ScoredPoint at) {
    double radius = first_radius;
    for (size_t round = 0; round < rounds; ++round) {
      std::vector<Point> points;
      for (size_t i = 0; i < moves; ++i) points.push_back(moved(at.point, radius));
      const std::vector<ScoredPoint> scored = score(points);
      const auto best = std::ranges::min_element(scored, higher);
      if (best->improvement > at.improvement) {
        at = *best;
      } else {
        radius *= shrink;
      }
    }
    return at;
  }

  /// Fills in what a trial's point lacks.
  ScoredPoint start(Point point) {
    const Point other = drawn();
    for (size_t axis = 0; axis < point.size(); ++axis) {
      if (std::isnan(point[axis])) point[axis] = other[axis];
    }
    return score({point})[0];
  }

 private:
  static bool higher(const ScoredPoint& a, const ScoredPoint& b) { return a.improvement > b.improvement; }

  Point drawn() {
    Point point(search_.axes.size());
    for (size_t axis = 0; axis < point.size(); ++axis) point[axis] = search_.axes.coordinate_at(axis, uniforms_.next());
    return point;
  }

  /// Changes one axis, now and then more.
  Point moved(Point point, double radius) {
    constexpr double more = 0.3;
    do {
      const size_t axis = uniforms_.below(point.size());
      point[axis] = moved(axis, point[axis], radius);
    } while (uniforms_.next() < more);
    return point;
  }

  double moved(size_t index, double coordinate, double radius) {
    const Axis& axis = search_.axes.axes()[index];
    if (axis.kind == Axis::Kind::categories) return search_.axes.coordinate_at(index, uniforms_.next());
    const double step = radius * (2 * uniforms_.next() - 1);
    if (axis.kind == Axis::Kind::line) return std::clamp(coordinate + step, 0.0, 1.0);
    const auto cell = static_cast<size_t>(coordinate);
    const double middle = (axis.bounds[cell] + axis.bounds[cell + 1]) / 2;
    const double to = search_.axes.coordinate_at(index, std::clamp(middle + step, 0.0, 1.0));
    if (to != coordinate) return to;
    return std::clamp(coordinate + (step < 0 ? -1 : 1), 0.0, static_cast<double>(axis.size() - 1));
  }

  std::vector<ScoredPoint> score(const std::vector<Point>& points) const {
    constexpr size_t block = 128;  // The covariances of so many points stay in a cache.
    std::vector<ScoredPoint> scored;
    for (size_t first = 0; first < points.size(); first += block)
      score_block(std::span(points).subspan(first, std::min(block, points.size() - first)), scored);
    return scored;
  }

  void score_block(std::span<const Point> points, std::vector<ScoredPoint>& scored) const {
    Positions positions(search_.axes);
    std::vector<Point> active;
    for (const Point& point : points) {
      active.push_back(search_.axes.active_part(point));
      positions.add(active.back());
    }
    const std::vector<Prediction> predictions = search_.process.predict(positions);
    for (size_t i = 0; i < points.size(); ++i) {
      const bool refused = search_.refused(active[i]);
      scored.push_back({points[i], refused ? -1 : expected_improvement(predictions[i], search_.best)});
    }
  }

  const ImprovementSearch& search_;
  Uniforms uniforms_;
};

}  // namespace

double expected_improvement(const Prediction& prediction, double best) {
  const double gap = best - prediction.mean, z = gap / prediction.deviation;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  const double share = std::erfc(-z / std::numbers::sqrt2) / 2;
  return gap * share + prediction.deviation * density;
}

Point find_improvement(const ImprovementSearch& search, size_t draws, const Random& random) {
  Climber climber(search, random);
  std::vector<ScoredPoint> starts = climber.best_draws(draws, climbs);
  ScoredPoint best = starts[0];
  for (const Point& point : search.starts) starts.push_back(climber.start(point));
  for (ScoredPoint& start : starts) {
    ScoredPoint top = climber.climb(std::move(start));
    if (top.improvement > best.improvement) best = std::move(top);
  }
  return search.axes.active_part(best.point);
}

}  // namespace sluice
