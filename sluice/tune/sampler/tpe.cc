#include "sluice/tune/sampler/tpe.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sluice/base/random.h"
#include "sluice/tune/sampler/parzen.h"
#include "sluice/tune/sampler/spread_points.h"
#include "sluice/tune/sampler/tried.h"

namespace sluice {
namespace {

constexpr size_t most_good = 25;
constexpr size_t most_others = 256;
constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

constexpr uint32_t trial_stream = 1U << 30;  // Persistent: another makes other trials.

/// What trials are ranked by: longer ones first, then by value; the lower number on a tie.
struct Result {
  size_t length;
  double value;
  const TrialView* trial;
};

Result result_of(const TrialView& trial) {
  const bool completed = trial.state == TrialView::State::completed;
  return {completed ? std::numeric_limits<size_t>::max() : trial.rungs.size(), trial.rungs.back(), &trial};
}

/// The trials that a density is made of.
struct Split {
  std::vector<WeightedPoint> good, others;
};

bool is_there(const Point& point, const std::vector<size_t>& group) {
  return std::ranges::none_of(group, [&](size_t axis) { return std::isnan(point[axis]); });
}

class TpeSampler final : public Sampler {
 public:
  TpeSampler(const TpeSamplerOptions& options, const SearchProblem& problem)
      : options_(options),
        problem_(problem),
        axes_(problem.space),
        groups_(axes_.groups()),
        spread_points_(axes_, problem.seed, static_cast<int64_t>(problem.given.size()), options.startup_trials) {}

  std::optional<Params> sample(int64_t number, const std::vector<TrialView>& trials) const override {
    std::vector<Result> results;
    for (const TrialView& trial : trials) {
      if (!trial.rungs.empty()) results.push_back(result_of(trial));
    }
    if (static_cast<int64_t>(results.size()) < options_.startup_trials) return axes_.params(spread_points_.at(number));
    return axes_.params(untried_point(number, split(std::move(results), trials), trials));
  }

  bool learns() const override { return true; }

 private:
  const TpeSamplerOptions options_;
  const SearchProblem problem_;
  const Axes axes_;
  const std::vector<std::vector<size_t>> groups_;
  const SpreadPoints spread_points_;

  bool better(const Result& a, const Result& b) const {
    if (a.length != b.length) return a.length > b.length;
    if (a.value != b.value) return problem_.objective.better(a.value, b.value);
    return a.trial->number < b.trial->number;
  }

  Split split(std::vector<Result> results, const std::vector<TrialView>& trials) const {
    const double share = options_.gamma * static_cast<double>(results.size());
    const size_t count = std::min(static_cast<size_t>(std::ceil(share)), most_good);
    const auto end = results.begin() + static_cast<std::ptrdiff_t>(count);
    std::ranges::nth_element(results, end, [&](const Result& a, const Result& b) { return better(a, b); });
    std::vector<bool> is_good(trials.size());
    for (auto result = results.begin(); result != end; ++result)
      is_good[static_cast<size_t>(result->trial->number)] = true;
    Split split;
    std::vector<const TrialView*> others;
    for (const TrialView& trial : trials) {
      if (is_good[static_cast<size_t>(trial.number)]) {
        split.good.push_back({&trial.point});
      } else if (trial.state != TrialView::State::failed) {
        others.push_back(&trial);
      }
    }
    split.others = weighted(others, trials.size());
    return split;
  }

  /// The older a trial, the less it weighs, but for the last 25; at most 256 stand for all.
  static std::vector<WeightedPoint> weighted(const std::vector<const TrialView*>& trials, size_t started) {
    constexpr size_t recent = 25;
    const size_t count = std::min(trials.size(), most_others);
    std::vector<WeightedPoint> points;
    for (size_t i = 0; i < count; ++i) {
      const TrialView& trial = *trials[(i + 1) * trials.size() / count - 1];
      const auto age = static_cast<double>(started) - static_cast<double>(recent + trial.number);
      const double weight =
          age <= 0 ? 1 : 1 - age * (1 - 1 / static_cast<double>(started)) / static_cast<double>(started - recent);
      points.push_back({&trial.point, weight * static_cast<double>(trials.size()) / static_cast<double>(count)});
    }
    return points;
  }

  Point untried_point(int64_t number, const Split& split, const std::vector<TrialView>& trials) const {
    constexpr uint64_t attempts = 4;
    const Random random(problem_.seed, Purpose::sampler, trial_stream + static_cast<uint32_t>(number));
    const std::vector<Densities> densities = densities_of(split, trials.size());
    Point point;
    for (uint64_t attempt = 0; attempt < attempts; ++attempt) {
      point = best_point(random, attempt, densities);
      if (!was_tried(axes_, point, trials)) return point;
    }
    for (int64_t other = 0; other < options_.candidates; ++other) {
      Point spread = axes_.point(axes_.params(spread_points_.at(number + (other + 1) * (int64_t{1} << 32))));
      if (!was_tried(axes_, spread, trials)) return spread;
    }
    return point;
  }

  struct Densities {
    Parzen good, others;
  };

  std::vector<Densities> densities_of(const Split& split, size_t started) const {
    constexpr double widest = 0.4, rate = 0.2;
    const ParzenWidths widths{.bandwidth = widest * std::pow(static_cast<double>(started), -rate)};
    std::vector<Densities> densities;
    for (const std::vector<size_t>& group : groups_)
      densities.push_back({Parzen(axes_, group, those_with(split.good, group), widths),
                           Parzen(axes_, group, those_with(split.others, group), widths)});
    return densities;
  }

  static std::vector<WeightedPoint> those_with(std::vector<WeightedPoint> points, const std::vector<size_t>& group) {
    std::erase_if(points, [&](const WeightedPoint& point) { return !is_there(*point.point, group); });
    return points;
  }

  /// Draws the groups one behind the other, as what is active in one depends on those before.
  Point best_point(const Random& random, uint64_t attempt, const std::vector<Densities>& densities) const {
    const auto candidates = static_cast<uint64_t>(options_.candidates);
    const uint64_t stride = axes_.size() + 1;
    Point point(axes_.size(), nowhere);
    for (size_t g = 0; g < groups_.size(); ++g) {
      if (!axes_.is_active(groups_[g][0], point)) continue;
      Point best = point;
      double highest = -1;
      for (uint64_t i = 0; i < candidates; ++i) {
        Point candidate = point;
        densities[g].good.draw(random, ((attempt * groups_.size() + g) * candidates + i) * stride, candidate);
        const double ratio = densities[g].good.density(candidate) / densities[g].others.density(candidate);
        if (ratio <= highest) continue;
        highest = ratio;
        best = candidate;
      }
      point = best;
    }
    return point;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_tpe_sampler(const TpeSamplerOptions& options, const SearchProblem& problem) {
  return std::make_unique<TpeSampler>(options, problem);
}

}  // namespace sluice
