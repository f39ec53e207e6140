#include "sluice/tune/sampler/quasi_random.h"

#include <gtest/gtest.h>

#include <set>

#include "sluice/tune/sampler/sobol.h"
#include "sluice/tune/testing/search_case.h"

namespace sluice {
namespace {

/// Beside SciPy 1.17, which goes through the points in the order of the Gray code: its points 5 and 13.
TEST(Sobol, HasTheCoordinatesOfScipy) {
  const auto coordinate = [](uint32_t index, size_t dimension) { return sobol_bits(index, dimension) * 0x1p-32; };
  const std::vector<double> seven{0.875, 0.875, 0.125, 0.375, 0.625}, eleven{0.8125, 0.6875, 0.8125, 0.0625, 0.5625};
  const std::vector<size_t> dimensions{0, 1, 2, 3, 20};
  for (size_t i = 0; i < dimensions.size(); ++i) {
    EXPECT_EQ(coordinate(7, dimensions[i]), seven[i]) << i;
    EXPECT_EQ(coordinate(11, dimensions[i]), eleven[i]) << i;
  }
}

/// Each of 16 points in an interval of its own in every dimension, and each in a square of its own of the first two.
TEST(Sobol, IsSpreadEvenlyAlsoWhenScrambled) {
  for (size_t dimension = 0; dimension < sobol_dimensions; ++dimension) {
    std::set<uint32_t> plain, mixed;
    for (uint32_t index = 0; index < 16; ++index) {
      const uint32_t bits = sobol_bits(index, dimension);
      plain.insert(bits >> 28);
      mixed.insert(scrambled(bits, Random(1, Purpose::fuzz, static_cast<uint32_t>(dimension))) >> 28);
    }
    EXPECT_EQ(plain.size(), 16U) << dimension;
    EXPECT_EQ(mixed.size(), 16U) << dimension;
  }
  std::set<uint32_t> squares;
  for (uint32_t index = 0; index < 16; ++index)
    squares.insert(scrambled(sobol_bits(index, 0), Random(1, Purpose::fuzz, 0)) >> 30 << 2 |
                   scrambled(sobol_bits(index, 1), Random(1, Purpose::fuzz, 1)) >> 30);
  EXPECT_EQ(squares.size(), 16U);
}

TEST(QuasiRandomSampler, TriesEachValueAlikeOften) {
  const SearchProblem problem{testing::space_of(R"({"a": {"int": [1, 8]}, "b": {"choice": ["x", "y"]}})"),
                              {"loss", false},
                              3,
                              {Json::parse(R"({"a": 1, "b": "x"})")}};
  const auto sampler = make_sampler("quasi_random", problem, "");
  std::multiset<std::string> seen;
  for (int64_t number = 1; number <= 32; ++number) seen.insert(sampler->sample(number, {})->dump());
  for (const std::string& params : seen) EXPECT_EQ(seen.count(params), 2U) << params;
}

TEST(QuasiRandomSampler, DrawsParametersBeyondTheSequenceAtRandom) {
  Json space = Json::object();
  for (int i = 0; i < 40; ++i) space["p" + std::to_string(i)] = Json::parse(R"({"float": [0, 1]})");
  const SearchProblem problem{Space::read(space), {"loss", false}, 3, {}};
  const auto sampler = make_sampler("quasi_random", problem, "");
  std::set<double> values;
  for (int64_t number = 0; number < 10; ++number) {
    const Params params = *sampler->sample(number, {});
    for (const auto& [name, value] : params.as_object()) values.insert(value.as_real());
  }
  EXPECT_EQ(values.size(), 400U);
}

}  // namespace
}  // namespace sluice
