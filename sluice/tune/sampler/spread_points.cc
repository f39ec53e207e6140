#include "sluice/tune/sampler/spread_points.h"

#include "sluice/base/random.h"

namespace sluice {
namespace {

Random spread_random(uint64_t seed, size_t axis) {
  constexpr uint32_t startup_stream = 1U << 29;  // Persistent: another makes other trials.
  return Random(seed, Purpose::sampler, startup_stream + static_cast<uint32_t>(axis));
}

}  // namespace

SpreadPoints::SpreadPoints(const Axes& axes, uint64_t seed, int64_t first, int64_t size)
    : axes_(axes), seed_(seed), first_(first), size_(size) {
  for (size_t axis = 0; axis < axes.size(); ++axis) strata_.push_back(spread_random(seed, axis).permutation(size));
}

Point SpreadPoints::at(int64_t number) const {
  Point point(axes_.size());
  for (size_t axis = 0; axis < axes_.size(); ++axis) point[axis] = axes_.coordinate_at(axis, uniform(axis, number));
  return point;
}

double SpreadPoints::uniform(size_t axis, int64_t number) const {
  const double uniform = spread_random(seed_, axis).uniform(static_cast<uint64_t>(size_ + number));
  const int64_t index = number - first_;
  if (index < 0 || index >= size_) return uniform;
  return (static_cast<double>(strata_[axis][static_cast<size_t>(index)]) + uniform) / static_cast<double>(size_);
}

}  // namespace sluice
