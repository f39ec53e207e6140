#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace sluice {

/// One block of Philox4x32-10: four random words from a 128-bit counter and a 64-bit key
/// (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, uint64_t key);

/// What a stream of random numbers is for. Persistent: never renumber; results depend on the values.
enum class Purpose : uint32_t {
  trial_seed = 1,
  validation_split = 2,
  sampler = 3,
  initializer = 4,
  shuffle = 5,
  dropout = 6,
  fuzz = 7,
  augmentation = 9,
  importance = 10,
};

/// Random numbers by index: the value depends on seed, purpose, stream and index only, never on the order of calls or
/// on threads. Copying is cheap; there is no state to advance.
class Random {
 public:
  Random(uint64_t seed, Purpose purpose, uint32_t stream = 0) : seed_(seed), purpose_(purpose), stream_(stream) {}

  /// 64 uniformly distributed bits.
  uint64_t bits(uint64_t index) const;
  /// Uniform in [0, 1), 53 bits.
  double uniform(uint64_t index) const;
  /// Standard normal, by the Box-Muller transform of two uniforms of this index.
  double normal(uint64_t index) const;
  /// Uniform in {0, …, bound - 1}, without bias; `bound` > 0.
  uint64_t below(uint64_t index, uint64_t bound) const;
  /// A permutation of 0 … n - 1 (Fisher-Yates).
  std::vector<int64_t> permutation(int64_t n) const;

 private:
  uint64_t seed_;
  Purpose purpose_;
  uint32_t stream_;
};

/// Derives the seed of trial `number` of a study.
uint64_t trial_seed(uint64_t study_seed, uint64_t number);

}  // namespace sluice
