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

TuneProgress::TuneProgress(Progress& progress, int64_t trials, std::string metric, const std::atomic<bool>& stopping)
    : progress_(progress), trials_(trials), metric_(std::move(metric)), stopping_(stopping) {
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
  switch (event.kind) {
    case Kind::resumed:
      return fmt::format("going on with the study: {} of {} trials done{}", event.completed + event.failed, trials_,
                         best_text());
    case Kind::trial_started:
      if (!start_) start_ = Clock::now();
      running_[event.trial] = {Clock::now(), event.params, {}};
      return "";
    case Kind::epoch_done: running_[event.trial].epoch = event.epoch; return "";
    case Kind::trial_paused: running_.erase(event.trial); return "";
    case Kind::trial_finished:
    case Kind::trial_failed: break;
    case Kind::warning: return "";
  }
  running_.erase(event.trial);
  ++done_here_;
  last_done_ = Clock::now();
  return ended_line(event);
}

std::string TuneProgress::ended_line(const StudyEvent& event) const {
  bool failed = event.kind == StudyEvent::Kind::trial_failed;
  std::string outcome = failed ? "failed" : metric_ + " " + score_text(event.value.value_or(0));
  return fmt::format("trial {}  {}  {}  [{} of {} done{}]{}", event.trial, outcome, params_text(event.params),
                     event.completed + event.failed, trials_, best_text(), failed ? "  " + event.message : "");
}

std::string TuneProgress::best_text() const { return last_.best ? ", best " + score_text(*last_.best) : ""; }

std::vector<std::string> TuneProgress::live_lines(Clock::time_point now) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> lines;
  for (const auto& [trial, running] : running_) lines.push_back(running_line(trial, running, now));
  lines.push_back(study_line(now));
  return lines;
}

std::string TuneProgress::running_line(int64_t trial, const Running& running, Clock::time_point now) const {
  std::string epoch = running.epoch.epoch == 0 ? "epoch 1"
                                               : fmt::format("epoch {}  {} {}", running.epoch.epoch + 1, metric_,
                                                             score_text(running.epoch.objective));
  return fmt::format("  trial {:<4} {:>10}  {}  {}", trial, duration_text(seconds_between(running.start, now)),
                     params_text(running.params), epoch);
}

std::string TuneProgress::study_line(Clock::time_point now) const {
  std::string line = fmt::format("{} of {} trials done", last_.completed + last_.failed, trials_);
  if (last_.failed > 0) line += fmt::format(", {} failed", last_.failed);
  line += best_text();
  if (stopping_.load()) return line + "  stopping after the running epochs; Ctrl-C again ends at once";
  return line + time_text(now);
}

/// The pace of the trials that ended, and the time left at that pace.
std::string TuneProgress::time_text(Clock::time_point now) const {
  if (done_here_ == 0 || !start_) return "";
  double each = seconds_between(*start_, last_done_) / static_cast<double>(done_here_);
  int64_t missing = std::max<int64_t>(0, trials_ - last_.completed - last_.failed);
  double left = each * static_cast<double>(missing) - seconds_between(last_done_, now);
  return fmt::format("  {:.1f} trials/min, about {} left", 60 / each, duration_text(std::max(0.0, left)));
}

}  // namespace sluice::cli
