#pragma once

#include <chrono>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <thread>

#include "sluice/base/error.h"
#include "sluice/base/hash.h"
#include "sluice/base/random.h"
#include "sluice/tune/trial_runner.h"

namespace sluice::testing {

/// A runner for tests. The state of an epoch depends on that of the epoch before, which it takes from the checkpoint,
/// so a resume from the wrong place shows in every later value. Some trials fail, some stop early, by their seeds.
class SyntheticRunner : public TrialRunner {
 public:
  int64_t epochs_per_trial = 9;
  int64_t longest_sleep_us = 0;                                 ///< Each epoch sleeps at random.
  uint64_t failing = 8;                                         ///< One trial in so many fails; 0: none.
  uint64_t stopping = 6;                                        ///< One trial in so many stops early; 0: none.
  std::function<void(const Job&, int64_t epoch)> before_epoch;  ///< May throw.

  int64_t epochs(const Params&) const override { return epochs_per_trial; }

  uint64_t cost(const Params& params, int64_t first_epoch, int64_t last_epoch) const override {
    auto units = static_cast<uint64_t>(params.at("units").as_integer());
    return units * 1001 * static_cast<uint64_t>(last_epoch - first_epoch + 1);
  }

  SegmentOutcome run(const Job& job, const SegmentResume& resume, SegmentMonitor& monitor) override {
    Random fate(job.seed, Purpose::fuzz);
    auto fails_at = failing != 0 && fate.below(0, failing) == 0 ? epoch_of(fate, 1) : 0;
    auto stops_at = stopping != 0 && fate.below(2, stopping) == 0 ? epoch_of(fate, 3) : 0;
    std::string state = resume.epoch == 0 ? job.params.dump() : read_file(checkpoint(job, resume.epoch));
    int64_t best_epoch = resume.best_epoch;
    for (int64_t epoch = resume.epoch + 1; epoch <= job.last_epoch; ++epoch) {
      if (epoch - 1 == stops_at && stops_at > 0) return {SegmentOutcome::State::stopped, ""};
      sleep();
      if (before_epoch) before_epoch(job, epoch);
      if (epoch == fails_at) return {SegmentOutcome::State::failed, "diverged at epoch " + std::to_string(epoch)};
      state = content_hash(state + std::to_string(job.seed));
      save(checkpoint(job, epoch), state);
      double objective = std::stoi(state.substr(0, 2), nullptr, 16) / 16.0;
      const EpochRecord record{epoch, Json::Object{{"loss", objective}}, objective};
      int64_t best = monitor.epochs_done({&record, 1});
      forget(job, epoch - 1, best);
      if (best_epoch != best) forget(job, best_epoch, best);
      best_epoch = best;
      if (monitor.stop_requested() && epoch != job.last_epoch) return {SegmentOutcome::State::interrupted, ""};
    }
    bool stopped = stops_at > 0 && stops_at == job.last_epoch;
    return {stopped ? SegmentOutcome::State::stopped : SegmentOutcome::State::ended, ""};
  }

  static Path checkpoint(const Job& job, int64_t epoch) { return checkpoint(job.directory, epoch); }
  static Path checkpoint(const Path& directory, int64_t epoch) {
    return directory / ("epoch_" + std::to_string(epoch));
  }

 private:
  int64_t epoch_of(const Random& fate, uint64_t index) const {
    return 1 + static_cast<int64_t>(fate.below(index, static_cast<uint64_t>(epochs_per_trial)));
  }

  void sleep() const {
    if (longest_sleep_us == 0) return;
    std::random_device device;
    std::this_thread::sleep_for(std::chrono::microseconds(device() % static_cast<uint64_t>(longest_sleep_us)));
  }

  /// Atomic, which is enough against a kill of the process, and quicker than a durable file.
  static void save(const Path& path, const std::string& state) {
    Path aside = path.string() + ".new";
    std::ofstream(aside) << state;
    std::filesystem::rename(aside, path);
  }

  static void forget(const Job& job, int64_t epoch, int64_t best) {
    if (epoch > 0 && epoch != best) std::filesystem::remove(checkpoint(job, epoch));
  }
};

}  // namespace sluice::testing
