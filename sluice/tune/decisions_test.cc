#include "sluice/tune/decisions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "sluice/base/random.h"
#include "sluice/base/random_cases_testing.h"
#include "sluice/tune/pruner/asha.h"
#include "sluice/tune/pruner/none.h"

namespace sluice {
namespace {

/// A study drawn at random: everything that decisions depend on.
struct Case {
  uint64_t seed;
  int64_t slots, epochs, sampled;
  bool halving;
  uint64_t largest_cost;
  std::vector<std::pair<int64_t, int64_t>> asked;  ///< (decisions made before, trials asked for)
  std::vector<int64_t> ends;                       ///< Last epochs of the segments.

  explicit Case(uint64_t number) : seed(number) {
    slots = draw(0, 1, 6);
    epochs = draw(1, 1, 30);
    halving = draw(2, 0, 3) > 0;
    largest_cost = static_cast<uint64_t>(draw(3, 0, 1) == 0 ? 4 : 1'000'003);
    int64_t trials = draw(4, 1, 20);
    sampled = draw(5, 0, 2) == 0 ? draw(6, 0, 12) : 100;
    asked = {{0, trials}, {draw(7, 1, 40), trials + draw(8, -3, 6)}};
    for (int64_t end = epochs; end >= 1; end = halving ? end / 3 : 0) ends.insert(ends.begin(), end);
  }
  int64_t draw(uint64_t what, int64_t low, int64_t high) const {
    return low + static_cast<int64_t>(Random(seed, Purpose::fuzz).below(what, static_cast<uint64_t>(high - low + 1)));
  }
  int64_t of_segment(uint64_t what, int64_t trial, int64_t first_epoch, int64_t low, int64_t high) const {
    return draw(1000 + what + 10 * static_cast<uint64_t>(first_epoch) + 1000 * static_cast<uint64_t>(trial), low, high);
  }
  uint64_t cost(int64_t trial, int64_t first_epoch) const {
    return static_cast<uint64_t>(of_segment(0, trial, first_epoch, 1, static_cast<int64_t>(largest_cost)));
  }
  int64_t raw_value(int64_t trial, int64_t first_epoch) const { return of_segment(1, trial, first_epoch, 0, 4); }
  /// 0 failed, 1 stopped, else ended.
  int64_t fate(int64_t trial, int64_t first_epoch) const { return of_segment(2, trial, first_epoch, 0, 14); }
  /// The number changes at the first end, or after some decisions.
  int64_t trials_asked(int64_t decisions, int64_t ends_before) const {
    bool changed = seed % 2 == 0 ? ends_before > 0 : decisions >= asked[1].first;
    return std::max<int64_t>(1, changed ? asked[1].second : asked[0].second);
  }
};

std::string job_line(int64_t job, int64_t trial, int64_t first, int64_t last, int64_t slot, uint64_t start,
                     uint64_t cost) {
  std::string line = "job";
  for (int64_t number : {job, trial, first, last, slot}) line += " " + std::to_string(number);
  return line + " start " + std::to_string(start) + " cost " + std::to_string(cost);
}

/// The reference: keeps nothing but the list of started jobs and works everything out of it anew at every event.
class Reference {
 public:
  explicit Reference(const Case& c) : case_(c) {}

  std::vector<std::string> run() {
    std::set<uint64_t> events = {0};
    while (!events.empty()) {
      bool extension = now_ == *events.begin() && !jobs_.empty();
      now_ = *events.begin();
      events.erase(events.begin());
      if (!extension) show_visible();
      size_t before = jobs_.size();
      for (int64_t slot = 0; slot < case_.slots; ++slot) {
        if (!busy(slot)) ask(slot);
      }
      if (events.empty() && jobs_.size() == before) rest(events);
      for (size_t i = before; i < jobs_.size(); ++i) events.insert({jobs_[i].frees(), jobs_[i].visible()});
    }
    return lines_;
  }

 private:
  struct Started {
    int64_t trial, segment, slot;
    uint64_t start, cost;
    uint64_t frees() const { return start + 2 * cost; }
    uint64_t visible() const { return start + 3 * cost; }
  };
  struct Standing {
    size_t started = 0, seen = 0;
    bool failed = false, finished = false;
    std::vector<int64_t> best;
    bool waits() const { return !failed && !finished && seen == started; }
  };

  int64_t trials_asked() const { return case_.trials_asked(decisions_, ends_); }

  int64_t first_epoch(int64_t segment) const {
    return segment == 0 ? 1 : case_.ends[static_cast<size_t>(segment - 1)] + 1;
  }

  /// The former segment may have ended the trial before this one began.
  int64_t fate(int64_t trial, int64_t segment) const {
    for (int64_t s = 0; s <= segment; ++s) {
      if (case_.fate(trial, first_epoch(s)) < 2) return case_.fate(trial, first_epoch(s));
    }
    return 2;
  }

  std::map<int64_t, Standing> standings() const {
    std::map<int64_t, Standing> all;
    for (const Started& job : jobs_) {
      Standing& trial = all[job.trial];
      ++trial.started;
      bool in_turn = job.segment == static_cast<int64_t>(trial.seen);
      if (job.visible() > now_ || !in_turn || trial.failed || trial.finished) continue;
      ++trial.seen;
      int64_t value = case_.raw_value(job.trial, first_epoch(job.segment));
      trial.best.push_back(trial.best.empty() ? value : std::max(value, trial.best.back()));
      trial.failed = fate(job.trial, job.segment) == 0;
      trial.finished = !trial.failed && (fate(job.trial, job.segment) == 1 || trial.seen == case_.ends.size());
    }
    return all;
  }

  void show_visible() {
    for (size_t i = 0; i < jobs_.size(); ++i) {
      if (jobs_[i].visible() == now_) lines_.push_back("visible " + std::to_string(i) + " at " + std::to_string(now_));
    }
    auto all = standings();
    for (const Started& job : jobs_) {
      if (job.visible() == now_ && job.trial != 0 && all[job.trial].waits())
        decide("pause " + std::to_string(job.trial));
    }
  }

  bool busy(int64_t slot) const {
    return std::any_of(jobs_.begin(), jobs_.end(),
                       [&](const Started& job) { return job.slot == slot && job.frees() > now_; });
  }

  int64_t promotion() const {
    auto all = standings();
    for (size_t rung = case_.ends.size(); case_.halving && rung-- > 0;) {
      std::set<std::pair<int64_t, int64_t>> ranked;
      for (const auto& [number, trial] : all) {
        if (!trial.failed && trial.seen > rung) ranked.insert({-trial.best[rung], number});
      }
      size_t places = ranked.size() / 3;
      for (auto it = ranked.begin(); places > 0; ++it, --places) {
        if (it->second != 0 && all[it->second].waits() && all[it->second].seen == rung + 1) return it->second;
      }
    }
    return -1;
  }

  void ask(int64_t slot) {
    auto all = standings();
    auto begun = static_cast<int64_t>(all.size());
    if (begun > 0 && slot == 0 && !all[0].failed && !all[0].finished && all[0].started < case_.ends.size()) {
      start(0, slot, all[0].started);
    } else if (int64_t promoted = promotion(); promoted >= 0) {
      start(promoted, slot, all[promoted].started);
    } else if (begun < trials_asked() && begun <= case_.sampled) {
      start(begun, slot, 0);
    }
  }

  void rest(std::set<uint64_t>& events) {
    int64_t best = -1;
    auto all = standings();
    for (const auto& [number, trial] : all) {
      if (number != 0 && trial.finished) best = -2;
    }
    for (const auto& [number, trial] : all) {
      if (number == 0 || !trial.waits() || best == -2) continue;
      if (best < 0 || std::tuple(trial.seen, trial.best.back()) > std::tuple(all[best].seen, all[best].best.back()))
        best = number;
    }
    if (best >= 0) return start(best, 0, all[best].started);
    int64_t asked = trials_asked();
    decide("end");
    ++ends_;
    if (trials_asked() > asked) events.insert(now_);
  }

  void start(int64_t trial, int64_t slot, size_t segment) {
    auto number = static_cast<int64_t>(segment);
    Started job{trial, number, slot, now_, case_.cost(trial, first_epoch(number))};
    decide(job_line(static_cast<int64_t>(jobs_.size()), trial, first_epoch(number), case_.ends[segment], slot, now_,
                    job.cost));
    jobs_.push_back(job);
  }

  void decide(const std::string& line) {
    lines_.push_back(line + " at " + std::to_string(now_));
    ++decisions_;
  }

  Case case_;
  uint64_t now_ = 0;
  int64_t decisions_ = 0;
  int64_t ends_ = 0;
  std::vector<Started> jobs_;
  std::vector<std::string> lines_;
};

/// Proposes `{trial: number}` until it has no more.
class Numbers final : public Sampler {
 public:
  explicit Numbers(int64_t last) : last_(last) {}
  std::optional<Params> sample(int64_t number, const std::vector<TrialView>&) const override {
    if (number > last_) return std::nullopt;
    return Json::Object{{"trial", number}};
  }

 private:
  int64_t last_;
};

std::string line_of(const Decision& decision) {
  std::string at = " at " + std::to_string(decision.time);
  if (decision.kind == Decision::Kind::end) return "end" + at;
  if (decision.kind == Decision::Kind::pause) return "pause " + std::to_string(decision.trial) + at;
  return job_line(decision.job, decision.trial, decision.first_epoch, decision.last_epoch, decision.slot, decision.time,
                  decision.cost) +
         at;
}

/// Runs the decisions of a case with its fates; a trial's segment after its end says what the end said.
class Driver {
 public:
  explicit Driver(const Case& c) : case_(c), decisions_(make(c)) {}

  std::vector<std::string> run() {
    while (true) {
      while (auto decision = decisions_.next(case_.trials_asked(decided_, ends_))) take(*decision);
      if (decisions_.ended()) return lines_;
      auto due = decisions_.due();
      std::vector<JobResult> results;
      for (int64_t job : due) results.push_back(results_[static_cast<size_t>(job)]);
      decisions_.advance(results);
      for (int64_t job : due) {
        lines_.push_back("visible " + std::to_string(job) + " at " + std::to_string(decisions_.time()));
      }
    }
  }

 private:
  static Decisions make(const Case& c) {
    Objective objective{"accuracy", true};
    SearchProblem problem{{}, objective, 0, {Json(Json::Object{{"trial", 0}})}};
    std::unique_ptr<Pruner> pruner = make_no_pruner({}, problem);
    if (c.halving) pruner = make_asha_pruner({}, problem);
    TrialLengths lengths{
        [c](const Params&) { return c.epochs; },
        [c](const Params& params, int64_t first, int64_t) { return c.cost(params.at("trial").as_integer(), first); }};
    return {problem, std::make_unique<Numbers>(c.sampled), std::move(pruner), c.slots, lengths};
  }

  void take(const Decision& decision) {
    ++decided_;
    if (decision.kind == Decision::Kind::end) ++ends_;
    lines_.push_back(line_of(decision));
    if (decision.kind != Decision::Kind::job) return;
    JobResult& result = trials_[decision.trial];
    if (result.state == JobResult::State::ended) {
      int64_t fate = case_.fate(decision.trial, decision.first_epoch);
      if (fate < 2) result.state = fate == 0 ? JobResult::State::failed : JobResult::State::stopped;
      auto value = static_cast<double>(case_.raw_value(decision.trial, decision.first_epoch));
      result.value = decision.first_epoch == 1 ? value : std::max(result.value, value);
    }
    results_.push_back(result);
  }

  Case case_;
  Decisions decisions_;
  int64_t decided_ = 0;
  int64_t ends_ = 0;
  std::map<int64_t, JobResult> trials_;
  std::vector<JobResult> results_;
  std::vector<std::string> lines_;
};

TEST(Decisions, AreThoseOfTheReferenceSimulation) {
  size_t extended = 0;
  size_t paused = 0;
  auto cases = static_cast<uint64_t>(testing::random_cases(2000));
  for (uint64_t number = 0; number < cases; ++number) {
    auto expected = Reference(Case(number)).run();
    auto made = Driver(Case(number)).run();
    auto [left, right] = std::ranges::mismatch(made, expected);
    ASSERT_TRUE(left == made.end() && right == expected.end())
        << "case " << number << ", line " << left - made.begin() << ": " << (left == made.end() ? "nothing" : *left)
        << " instead of " << (right == expected.end() ? "nothing" : *right);
    auto begins = [](const char* word) { return [word](const std::string& line) { return line.starts_with(word); }; };
    extended += std::ranges::count_if(expected, begins("end")) > 1 ? 1 : 0;
    paused += static_cast<size_t>(std::ranges::count_if(expected, begins("pause")));
  }
  EXPECT_GT(extended, 400U);
  EXPECT_GT(paused, 10'000U);
}

}  // namespace
}  // namespace sluice
