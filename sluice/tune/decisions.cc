#include "sluice/tune/decisions.h"

#include <algorithm>
#include <utility>

namespace sluice {

Decisions::Decisions(SearchProblem problem, std::unique_ptr<Sampler> sampler, std::unique_ptr<Pruner> pruner,
                     int64_t slots, TrialLengths lengths)
    : problem_(std::move(problem)),
      axes_(problem_.space),
      sampler_(std::move(sampler)),
      pruner_(std::move(pruner)),
      lengths_of_(std::move(lengths)),
      clock_(slots) {}

std::optional<Decision> Decisions::next(int64_t trials) {
  if (ended_with_) {
    if (trials <= *ended_with_) return std::nullopt;
    ended_with_.reset();
    next_slot_ = 0;
  }
  if (!pauses_.empty()) {
    Decision pause = pauses_.front();
    pauses_.erase(pauses_.begin());
    return pause;
  }
  while (auto slot = clock_.idle_slot(next_slot_)) {
    next_slot_ = *slot + 1;
    if (auto decision = ask(*slot, trials)) return decision;
  }
  if (clock_.idle()) return at_rest(trials);
  return std::nullopt;
}

void Decisions::advance(const std::vector<JobResult>& results) {
  auto jobs = clock_.due();
  clock_.advance();
  for (size_t i = 0; i < jobs.size(); ++i) make_visible(jobs_[static_cast<size_t>(jobs[i])], results[i]);
  next_slot_ = 0;
}

void Decisions::make_visible(Segment segment, const JobResult& result) {
  auto& results = courses_[static_cast<size_t>(segment.trial)].results;
  results[segment.index] = result;
  TrialView& trial = trials_[static_cast<size_t>(segment.trial)];
  while (trial.state == TrialView::State::running) {
    auto next = results.find(static_cast<int64_t>(trial.rungs.size()));
    if (next == results.end()) return;
    take_result(trial, next->second);
  }
}

void Decisions::take_result(TrialView& trial, const JobResult& result) {
  if (result.state == JobResult::State::failed) {
    trial.state = TrialView::State::failed;
    trial.rungs.clear();
    return;
  }
  trial.rungs.push_back(result.value);
  const Course& course = courses_[static_cast<size_t>(trial.number)];
  if (result.state == JobResult::State::stopped || trial.rungs.size() == course.segments.size()) {
    trial.state = TrialView::State::completed;
  } else if (trial.number != 0) {
    trial.state = TrialView::State::paused;
    pauses_.push_back({.kind = Decision::Kind::pause,
                       .time = clock_.time(),
                       .trial = trial.number,
                       .last_epoch = course.segments[trial.rungs.size() - 1],
                       .epochs = course.epochs});
  }
}

std::optional<Decision> Decisions::ask(int64_t slot, int64_t trials) {
  if (continues_here(slot)) return start_segment(trials_[0], slot);
  const bool more = static_cast<int64_t>(trials_.size()) < trials;
  if (auto decision = promote(slot, more)) return decision;
  if (!more) return std::nullopt;
  if (auto params = new_trial()) return start_trial(std::move(*params), slot);
  return promote(slot, false);  // The sampler has no more.
}

std::optional<Decision> Decisions::promote(int64_t slot, bool more) {
  const auto number = pruner_->promote(trials_, more);
  if (!number) return std::nullopt;
  return start_segment(trials_[static_cast<size_t>(*number)], slot);
}

/// Trial 0 is the first job, so its slot is the first one.
bool Decisions::continues_here(int64_t slot) const {
  return slot == 0 && !trials_.empty() && trials_[0].state == TrialView::State::running &&
         trials_[0].segments < static_cast<int64_t>(courses_[0].segments.size());
}

std::optional<Params> Decisions::new_trial() {
  if (trials_.size() < problem_.given.size()) return problem_.given[trials_.size()];
  return sampler_->sample(static_cast<int64_t>(trials_.size()), trials_);
}

Decision Decisions::start_trial(Params params, int64_t slot) {
  int64_t epochs = lengths_of_.epochs(params);
  courses_.push_back({epochs, pruner_->segments(static_cast<int64_t>(trials_.size()), epochs)});
  Point point = axes_.point(params);
  trials_.push_back({.number = static_cast<int64_t>(trials_.size()),
                     .params = std::move(params),
                     .point = std::move(point),
                     .segments = 0});
  return start_segment(trials_.back(), slot);
}

Decision Decisions::start_segment(TrialView& trial, int64_t slot) {
  const Course& course = courses_[static_cast<size_t>(trial.number)];
  auto segment = static_cast<size_t>(trial.segments++);
  trial.state = TrialView::State::running;
  Decision decision{.kind = Decision::Kind::job,
                    .time = clock_.time(),
                    .trial = trial.number,
                    .first_epoch = segment == 0 ? 1 : course.segments[segment - 1] + 1,
                    .last_epoch = course.segments[segment],
                    .epochs = course.epochs,
                    .job = static_cast<int64_t>(jobs_.size()),
                    .slot = slot};
  decision.cost = lengths_of_.cost(trial.params, decision.first_epoch, decision.last_epoch);
  clock_.start(decision.job, slot, decision.cost);
  jobs_.push_back({trial.number, static_cast<int64_t>(segment)});
  return decision;
}

std::optional<Decision> Decisions::at_rest(int64_t trials) {
  if (only_the_default_finished()) {
    if (auto number = best_paused_of_highest_rung()) return start_segment(trials_[static_cast<size_t>(*number)], 0);
  }
  ended_with_ = trials;
  return Decision{.kind = Decision::Kind::end, .time = clock_.time()};
}

/// Also true when not even the default did: a study with a trial that can go on should not end without a model.
bool Decisions::only_the_default_finished() const {
  return std::ranges::none_of(
      trials_, [](const TrialView& trial) { return trial.number != 0 && trial.state == TrialView::State::completed; });
}

std::optional<int64_t> Decisions::best_paused_of_highest_rung() const {
  const TrialView* best = nullptr;
  for (const TrialView& trial : trials_) {
    if (trial.state != TrialView::State::paused) continue;
    if (best == nullptr || trial.rungs.size() > best->rungs.size() ||
        (trial.rungs.size() == best->rungs.size() &&
         problem_.objective.better(trial.rungs.back(), best->rungs.back()))) {
      best = &trial;
    }
  }
  if (best == nullptr) return std::nullopt;
  return best->number;
}

}  // namespace sluice
