#include "sluice/tune/sampler/gp.h"

#include <algorithm>
#include <cmath>

#include "sluice/base/random.h"
#include "sluice/tune/gaussian_process/fit.h"
#include "sluice/tune/sampler/improvement_search.h"
#include "sluice/tune/sampler/spread_points.h"
#include "sluice/tune/sampler/tried.h"

namespace sluice {
namespace {

constexpr size_t most_fitted = 100;    // Results that lengths and noise are fitted to.
constexpr size_t trials_to_start = 2;  // The search for a point starts at so many of the best trials, too.

constexpr uint32_t gp_stream = 3U << 29;  // Persistent: another makes other trials.

using Results = std::vector<const TrialView*>;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Shifts and scales values to mean 0 and variance 1; those that are all the same to 0.
void standardise(std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  double mean = 0, variance = 0;
  for (double value : values) mean += value / count;
  for (double& value : values) value -= mean;
  for (double value : values) variance += value * value / count;
  if (variance == 0) return;
  for (double& value : values) value /= std::sqrt(variance);
}

/// Scales values, of which lower ones are better, as the header says.
std::vector<double> scaled(std::vector<double> values) {
  constexpr double most = 3;
  const double best = *std::ranges::min_element(values), range = median(values) - best;
  for (double& value : values) value = std::min(range > 0 ? (value - best) / range : value - best, most);
  standardise(values);
  return values;
}

class GpSampler final : public Sampler {
 public:
  GpSampler(const GpSamplerOptions& options, const SearchProblem& problem)
      : options_(options),
        problem_(problem),
        axes_(problem.space),
        spread_points_(axes_, problem.seed, static_cast<int64_t>(problem.given.size()), options.startup_trials) {}

  std::optional<Params> sample(int64_t number, const std::vector<TrialView>& trials) const override {
    Results results;
    for (const TrialView& trial : trials) {
      if (!trial.rungs.empty()) results.push_back(&trial);
    }
    if (static_cast<int64_t>(results.size()) < options_.startup_trials || axes_.size() == 0)
      return axes_.params(spread_points_.at(number));
    return axes_.params(
        improving_point(number, best_and_latest(results, static_cast<size_t>(options_.most_results)), trials));
  }

  bool learns() const override { return true; }

 private:
  const GpSamplerOptions options_;
  const SearchProblem problem_;
  const Axes axes_;
  const SpreadPoints spread_points_;

  bool better(const TrialView& a, const TrialView& b) const {
    if (a.rungs.back() != b.rungs.back()) return problem_.objective.better(a.rungs.back(), b.rungs.back());
    return a.number < b.number;
  }

  /// Those that stand for all, the best first.
  Results best_and_latest(Results results, size_t most) const {
    const auto by_value = [&](const TrialView* a, const TrialView* b) { return better(*a, *b); };
    std::ranges::sort(results, by_value);
    if (results.size() <= most) return results;
    const auto end_of_best = results.begin() + static_cast<std::ptrdiff_t>(most / 2);
    std::ranges::sort(end_of_best, results.end(), std::ranges::greater{}, &TrialView::number);
    results.resize(most);
    std::ranges::sort(results, by_value);
    return results;
  }

  Positions positions_of(const Results& results) const {
    Positions positions(axes_);
    for (const TrialView* trial : results) positions.add(trial->point);
    return positions;
  }

  std::vector<double> values_of(const Results& results) const {
    std::vector<double> values;
    for (const TrialView* trial : results)
      values.push_back(problem_.objective.maximize ? -trial->rungs.back() : trial->rungs.back());
    return scaled(std::move(values));
  }

  KernelParameters kernel_of(const Results& results) const {
    const Results fitted = best_and_latest(results, most_fitted);
    return fit_kernel(positions_of(fitted), values_of(fitted));
  }

  Point improving_point(int64_t number, const Results& results, const std::vector<TrialView>& trials) const {
    const std::vector<double> values = values_of(results);
    GaussianProcess process(kernel_of(results), positions_of(results), values);
    for (const TrialView& trial : trials) {
      if (trial.rungs.empty() && trial.state == TrialView::State::running) process.believe(trial.point, values[0]);
    }
    const auto refused = [&](const Point& point) { return was_tried(axes_, point, trials); };
    ImprovementSearch search{axes_, process, values[0], refused, {}};
    for (size_t i = 0; i < std::min(trials_to_start, results.size()); ++i) search.starts.push_back(results[i]->point);
    const Random random(problem_.seed, Purpose::sampler, gp_stream + static_cast<uint32_t>(number));
    return find_improvement(search, static_cast<size_t>(options_.draws), random);
  }
};

}  // namespace

std::unique_ptr<Sampler> make_gp_sampler(const GpSamplerOptions& options, const SearchProblem& problem) {
  return std::make_unique<GpSampler>(options, problem);
}

}  // namespace sluice
