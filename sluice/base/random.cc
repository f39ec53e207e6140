#include "sluice/base/random.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace sluice {

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, uint64_t key) {
  auto key0 = static_cast<uint32_t>(key);
  auto key1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    uint64_t product0 = uint64_t{0xD2511F53} * counter[0];
    uint64_t product1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key0, static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key1, static_cast<uint32_t>(product0)};
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return counter;
}

uint64_t Random::bits(uint64_t index) const {
  auto words = philox(
      {static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32), static_cast<uint32_t>(purpose_), stream_},
      seed_);
  return uint64_t{words[0]} << 32 | words[1];
}

double Random::uniform(uint64_t index) const { return static_cast<double>(bits(index) >> 11) * 0x1p-53; }

double Random::normal(uint64_t index) const {
  auto words = philox(
      {static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32), static_cast<uint32_t>(purpose_), stream_},
      seed_);
  double radius_uniform = (static_cast<double>(uint64_t{words[0]} << 21 | words[1] >> 11) + 0.5) * 0x1p-53;
  double angle_uniform = static_cast<double>(uint64_t{words[2]} << 21 | words[3] >> 11) * 0x1p-53;
  return std::sqrt(-2 * std::log(radius_uniform)) * std::cos(2 * std::numbers::pi * angle_uniform);
}

uint64_t Random::below(uint64_t index, uint64_t bound) const {
  // Lemire's multiplication; the rejected sliver is retried with an index far from those in use.
  for (uint64_t attempt = 0;; ++attempt) {
    auto product = static_cast<unsigned __int128>(bits(index + (attempt << 56))) * bound;
    const auto low = static_cast<uint64_t>(product);
    if (low >= bound || low >= -bound % bound) return static_cast<uint64_t>(product >> 64);  // mostly without dividing
  }
}

std::vector<int64_t> Random::permutation(int64_t n) const {
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = n - 1; i > 0; --i) std::swap(order[i], order[below(i, i + 1)]);
  return order;
}

uint64_t trial_seed(uint64_t study_seed, uint64_t number) {
  return Random(study_seed, Purpose::trial_seed).bits(number);
}

}  // namespace sluice
