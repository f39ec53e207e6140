#include "sluice/tune/warm_start.h"

#include <utility>

#include "sluice/base/error.h"
#include "sluice/params/fields.h"
#include "sluice/tune/axes.h"
#include "sluice/tune/journal.h"
#include "sluice/tune/ledger.h"

namespace sluice {
namespace {

/// The value at the end of each segment of a trial, by trial.
std::vector<std::vector<double>> values_of_segments(const Ledger& ledger) {
  std::vector<std::vector<double>> values(ledger.trials().size());
  for (const Json& decision : ledger.decisions()) {
    if (decision.at("kind").as_string() != "job") continue;
    const JobEntry* job = ledger.job(decision.at("job").as_integer());
    if (job == nullptr || job->state == JobResult::State::failed) continue;
    values[static_cast<size_t>(decision.at("trial").as_integer())].push_back(job->value);
  }
  return values;
}

/// Whether the parameters could be those of a trial of the space.
bool fits(const Space& space, const Params& params) {
  try {
    space.check_inside(space.read_params(params, ""), Json::object(), "");
    return true;
  } catch (const PathError&) {
    return false;
  }
}

class WarmSampler final : public Sampler {
 public:
  WarmSampler(std::unique_ptr<Sampler> sampler, std::vector<TrialView> earlier)
      : sampler_(std::move(sampler)), earlier_(std::move(earlier)) {}

  std::optional<Params> sample(int64_t number, const std::vector<TrialView>& trials) const override {
    std::vector<TrialView> all = earlier_;
    all.reserve(earlier_.size() + trials.size());
    for (const TrialView& trial : trials) {
      all.push_back(trial);
      all.back().number += count();
    }
    return sampler_->sample(number + count(), all);
  }

  bool learns() const override { return true; }

 private:
  std::unique_ptr<Sampler> sampler_;
  std::vector<TrialView> earlier_;

  int64_t count() const { return static_cast<int64_t>(earlier_.size()); }
};

}  // namespace

Json EarlierStudy::to_json() const {
  Json::Array all;
  for (const EarlierTrial& trial : trials) {
    Json::Array values(trial.values.begin(), trial.values.end());
    all.push_back(Json::Object{{"params", trial.params}, {"completed", trial.completed}, {"values", values}});
  }
  return all;
}

EarlierStudy read_earlier_study(const Path& directory, const SearchProblem& problem) {
  const auto records = read_journal(directory).records;
  if (records.empty()) throw Error(ErrorCode::not_found, directory.string() + " holds no study");
  const Ledger ledger = read_ledger(directory, records);
  if (ledger.objective().text() != problem.objective.text()) {
    throw invalid("the study in " + directory.string() + " looked for " + ledger.objective().text() +
                  ", this one for " + problem.objective.text());
  }
  const auto values = values_of_segments(ledger);
  EarlierStudy study;
  for (const TrialEntry& trial : ledger.trials()) {
    if (trial.failed() || values[static_cast<size_t>(trial.number)].empty()) continue;
    if (!fits(problem.space, trial.params)) {
      ++study.others;
      continue;
    }
    study.trials.push_back({trial.params, trial.completed(), values[static_cast<size_t>(trial.number)]});
  }
  if (study.trials.empty()) throw invalid("no trial of " + directory.string() + " has a result in this space");
  return study;
}

void check_learns(const Sampler& sampler, const std::string& path) {
  if (sampler.learns()) return;
  throw PathError(path, "warm_start: this sampler does not learn from trials; take tpe, gp or cma_es");
}

std::unique_ptr<Sampler> make_warm_sampler(std::unique_ptr<Sampler> sampler, const SearchProblem& problem,
                                           const std::vector<EarlierTrial>& earlier) {
  const Axes axes(problem.space);
  std::vector<TrialView> views;
  for (const EarlierTrial& trial : earlier) {
    views.push_back({.number = static_cast<int64_t>(views.size()),
                     .params = trial.params,
                     .point = axes.point(trial.params),
                     .state = trial.completed ? TrialView::State::completed : TrialView::State::paused,
                     .segments = static_cast<int64_t>(trial.values.size()),
                     .rungs = trial.values});
  }
  return std::make_unique<WarmSampler>(std::move(sampler), std::move(views));
}

}  // namespace sluice
