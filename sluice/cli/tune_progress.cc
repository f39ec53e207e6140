#include "sluice/cli/tune_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sluice/cli/text.h"

namespace sluice::cli {
namespace {

double seconds_between(TuneProgress::Clock::time_point from, TuneProgress::Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

TuneProgress::TuneProgress(Progress& progress, Facts facts, const std::atomic<bool>& stopping)
    : progress_(progress), facts_(std::move(facts)), stopping_(stopping) {
  progress_.show([this] { return live_lines(Clock::now()); });
}

TuneProgress::~TuneProgress() { progress_.hide(); }

void TuneProgress::observe(const StudyEvent& event) {
  if (event.kind == StudyEvent::Kind::warning) return progress_.warn(event.message);
  std::string line;
  {
    std::lock_guard lock(mutex_);
    line = take(event);
  }
  if (!line.empty()) progress_.line(line);  // Without the lock: drawing asks for the live lines.
}

/// Brings the state up to date and returns the line that is to stay, or "".
std::string TuneProgress::take(const StudyEvent& event) {
  using Kind = StudyEvent::Kind;
  last_ = event;
  auto started = find(event.trial);
  if (event.kind == Kind::trial_started) started_.push_back({event.trial, {}, event.params, event.epochs, event.epoch});
  if (event.kind == Kind::epoch_done && started != started_.end()) started->epoch = event.epoch;
  bool ended = event.kind == Kind::trial_finished || event.kind == Kind::trial_failed;
  const bool is_settled = ended || event.kind == Kind::trial_paused;
  if (is_settled && started != started_.end()) started_.erase(started);
  if (is_settled && settled_here_.insert(event.trial).second) last_settled_ = Clock::now();
  give_to_workers();
  if (event.kind == Kind::resumed) {
    return fmt::format("{} the study: {} trials done{}", facts_.watching ? "watching" : "going on with",
                       ended_of(event), best_text());
  }
  if (event.kind == Kind::warm_started) return event.message;
  return ended ? ended_line(event) : "";
}

std::vector<TuneProgress::Started>::iterator TuneProgress::find(int64_t trial) {
  return std::find_if(started_.begin(), started_.end(), [&](const Started& started) { return started.trial == trial; });
}

void TuneProgress::give_to_workers() {
  for (size_t i = 0; i < started_.size() && i < static_cast<size_t>(facts_.workers); ++i) {
    if (!started_[i].start) started_[i].start = Clock::now();
    if (!start_) start_ = started_[i].start;
  }
}

/// Trials that ended or were paused.
int64_t TuneProgress::settled() const { return last_.started - static_cast<int64_t>(started_.size()); }

std::string TuneProgress::ended_line(const StudyEvent& event) const {
  bool failed = event.kind == StudyEvent::Kind::trial_failed;
  std::string outcome = failed ? "failed" : facts_.metric + " " + score_text(event.value.value_or(0));
  return fmt::format("trial {}  {}  {}  [{} done{}]{}", event.trial, outcome, params_text(event.params),
                     ended_of(event), best_text(), failed ? "  " + event.message : "");
}

/// "5 of 30"; a study of an earlier run may already have begun more trials than are asked for.
std::string TuneProgress::ended_of(const StudyEvent& event) const {
  return fmt::format("{} of {}", event.completed + event.failed, std::max(event.started, facts_.trials));
}

std::string TuneProgress::best_text() const { return last_.best ? ", best " + score_text(*last_.best) : ""; }

std::vector<std::string> TuneProgress::live_lines(Clock::time_point now) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> lines;
  for (const Started& started : started_) {
    if (started.start) lines.push_back(trial_line(started, now));
  }
  lines.push_back(study_line(now));
  return lines;
}

std::string TuneProgress::trial_line(const Started& started, Clock::time_point now) const {
  const EpochRecord& done = started.epoch;
  std::string score = done.epoch > 0 ? "  " + facts_.metric + " " + score_text(done.objective) : "";
  return fmt::format("  trial {:<4} {:>10}  epoch {} of {}{}  {}", started.trial,
                     duration_text(seconds_between(*started.start, now)), std::min(done.epoch + 1, started.epochs),
                     started.epochs, score, params_text(started.params));
}

std::string TuneProgress::study_line(Clock::time_point now) const {
  std::string line = ended_of(last_) + " trials done";
  const int64_t paused = settled() - last_.completed - last_.failed;
  if (paused > 0) line += fmt::format(", {} paused", paused);
  if (last_.failed > 0) line += fmt::format(", {} failed", last_.failed);
  line += best_text();
  if (stopping_.load()) return line + "  stopping after these epochs; Ctrl-C again: now";
  return line + time_text(now);
}

/// The pace at which trials come to an end or a pause, and the time until all have, at that pace.
std::string TuneProgress::time_text(Clock::time_point now) const {
  if (settled_here_.empty() || !start_) return "";
  double each = seconds_between(*start_, last_settled_) / static_cast<double>(settled_here_.size());
  int64_t missing = std::max<int64_t>(0, facts_.trials - settled());
  double left = each * static_cast<double>(missing) - seconds_between(last_settled_, now);
  std::string time = left_text(left);
  return fmt::format("  {:.1f} trials/min", 60 / each) + (time.empty() ? "" : ", " + time);
}

}  // namespace sluice::cli
