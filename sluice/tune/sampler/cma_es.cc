#include "sluice/tune/sampler/cma_es.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sluice/base/random.h"
#include "sluice/tune/sampler/cma_distribution.h"
#include "sluice/tune/sampler/spread_points.h"
#include "sluice/tune/sampler/tried.h"

namespace sluice {
namespace {

constexpr uint32_t cma_stream = 9U << 28;  // Persistent: another makes other trials.

class CmaEsSampler final : public Sampler {
 public:
  explicit CmaEsSampler(const SearchProblem& problem)
      : problem_(problem),
        axes_(problem.space),
        ordered_(ordered_axes(axes_)),
        spread_points_(axes_, problem.seed, static_cast<int64_t>(problem.given.size()), startup_trials) {}

  std::optional<Params> sample(int64_t number, const std::vector<TrialView>& trials) const override {
    Point point = spread_points_.at(number);
    if (ordered_.empty()) return axes_.params(untried(point, number, trials));
    const CmaDistribution distribution = adapted(trials);
    const Random random(problem_.seed, Purpose::sampler, cma_stream + static_cast<uint32_t>(number));
    constexpr uint64_t attempts = 16;
    for (uint64_t attempt = 0; attempt < attempts; ++attempt) {
      const bool inside = draw(distribution, random, attempt, point);
      const bool last = attempt + 1 == attempts;
      if ((inside || last) && !was_tried(axes_, axes_.active_part(point), trials)) return axes_.params(point);
    }
    return axes_.params(untried(point, number, trials));
  }

  bool learns() const override { return true; }

 private:
  static constexpr int64_t startup_trials = 8;

  const SearchProblem problem_;
  const Axes axes_;
  const std::vector<size_t> ordered_;
  const SpreadPoints spread_points_;

  static std::vector<size_t> ordered_axes(const Axes& axes) {
    std::vector<size_t> ordered;
    for (size_t i = 0; i < axes.size(); ++i) {
      if (axes.axes()[i].kind != Axis::Kind::categories) ordered.push_back(i);
    }
    return ordered;
  }

  /// Draws the ordered coordinates anew, cut to their ranges. Returns whether they lay within.
  bool draw(const CmaDistribution& distribution, const Random& random, uint64_t attempt, Point& point) const {
    std::vector<double> normal(ordered_.size());
    for (size_t i = 0; i < normal.size(); ++i) normal[i] = random.normal(attempt * normal.size() + i);
    const std::vector<double> drawn = distribution.point(normal);
    constexpr double below_one = 1 - 0x1p-53;
    bool inside = true;
    for (size_t i = 0; i < drawn.size(); ++i) {
      inside = inside && drawn[i] >= 0 && drawn[i] <= below_one;
      point[ordered_[i]] = axes_.coordinate_at(ordered_[i], std::clamp(drawn[i], 0.0, below_one));
    }
    return inside;
  }

  /// What the results so far make of the distribution.
  CmaDistribution adapted(const std::vector<TrialView>& trials) const {
    CmaDistribution distribution(ordered_.size());
    std::vector<const TrialView*> generation;
    for (const TrialView& trial : trials) {
      if (trial.rungs.empty()) continue;
      generation.push_back(&trial);
      if (generation.size() < distribution.population()) continue;
      learn(generation, distribution);
      generation.clear();
    }
    return distribution;
  }

  void learn(std::vector<const TrialView*>& generation, CmaDistribution& distribution) const {
    std::ranges::stable_sort(generation, [&](const TrialView* a, const TrialView* b) {
      return problem_.objective.better(a->rungs.back(), b->rungs.back());
    });
    std::vector<std::vector<double>> ranked;
    for (const TrialView* trial : generation) ranked.push_back(position(trial->point, distribution.mean()));
    distribution.update(ranked);
    if (distribution.has_converged()) distribution = CmaDistribution(ordered_.size());
  }

  /// Where a point lies on the ordered axes, in [0, 1]; at the mean where it is inactive.
  std::vector<double> position(const Point& point, const std::vector<double>& mean) const {
    std::vector<double> position;
    for (size_t i = 0; i < ordered_.size(); ++i) {
      const Axis& axis = axes_.axes()[ordered_[i]];
      const double at = point[ordered_[i]];
      if (std::isnan(at)) {
        position.push_back(mean[i]);
      } else if (axis.kind == Axis::Kind::line) {
        position.push_back(at);
      } else {
        const auto cell = static_cast<size_t>(at);
        position.push_back((axis.bounds[cell] + axis.bounds[cell + 1]) / 2);
      }
    }
    return position;
  }

  /// The point, or where it was tried already one of some others.
  Point untried(Point point, int64_t number, const std::vector<TrialView>& trials) const {
    constexpr int64_t attempts = 24;
    for (int64_t other = 1; other <= attempts && was_tried(axes_, axes_.active_part(point), trials); ++other)
      point = spread_points_.at(number + other * (int64_t{1} << 32));
    return point;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_cma_es_sampler(const CmaEsSamplerOptions&, const SearchProblem& problem) {
  return std::make_unique<CmaEsSampler>(problem);
}

}  // namespace sluice
