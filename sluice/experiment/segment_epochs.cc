#include "sluice/experiment/segment_epochs.h"

#include <cmath>
#include <utility>

#include "sluice/experiment/training.h"

namespace sluice {
namespace {

Checkpoint copy_of(const Checkpoint& checkpoint) {
  Checkpoint copy = checkpoint;
  copy.state = copy_of(checkpoint.state);
  return copy;
}

}  // namespace

bool SegmentEpochs::has_checkpoint(int64_t epoch) const {
  return std::filesystem::exists(checkpoint_path(job_.directory, epoch));
}

int64_t SegmentEpochs::start() const {
  const bool best_is_there = resume_.best_epoch == 0 || has_checkpoint(resume_.best_epoch);
  int64_t epoch = best_is_there ? resume_.epoch : resume_.best_epoch - 1;
  while (epoch > 0 && !has_checkpoint(epoch)) --epoch;
  return epoch;
}

void SegmentEpochs::add(const Checkpoint& checkpoint, const EpochRecord& record, bool last) {
  const bool finite = std::isfinite(record.objective);
  if (finite) done_ = record.epoch;
  if (record.epoch <= resume_.epoch) {
    if (record.epoch == resume_.best_epoch && !has_checkpoint(record.epoch))
      save_checkpoint(checkpoint, job_.directory);
    return;
  }
  const bool best = finite && (records_.empty() || objective_.better(record.objective, best_objective_));
  records_.push_back(record);
  if (best) best_objective_ = record.objective, best_.reset();
  if (!best && !best_) best_ = std::exchange(latest_, std::nullopt);
  if (last || !finite || due()) return write(checkpoint);
  latest_ = copy_of(checkpoint);
}

void SegmentEpochs::flush() {
  if (!records_.empty()) write(*latest_);
}

bool SegmentEpochs::due() const {
  constexpr int share = 20;
  return Clock::now() - last_end_ >= (share - 1) * last_cost_;
}

void SegmentEpochs::write(const Checkpoint& latest) {
  const auto begin = Clock::now();
  const std::vector<EpochRecord> records = std::exchange(records_, {});
  if (best_) save_checkpoint(*best_, job_.directory);
  save_checkpoint(latest, job_.directory);
  const int64_t best_epoch = monitor_.epochs_done(records);
  remove_checkpoints_but(job_.directory, latest.state.epoch, best_epoch);
  latest_.reset(), best_.reset();
  last_end_ = Clock::now();
  last_cost_ = last_end_ - begin;
}

}  // namespace sluice
