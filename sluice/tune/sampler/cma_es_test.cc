#include "sluice/tune/sampler/cma_es.h"

#include <gtest/gtest.h>

#include "sluice/tune/testing/search_case.h"

namespace sluice {
namespace {

/// A valley askew in four parameters, the best at 0.7 each.
double valley(const Params& params) {
  double sum = 0, square = 0;
  for (const auto& [name, value] : params.as_object()) {
    sum += value.as_real() - 0.7;
    square += (value.as_real() - 0.7) * (value.as_real() - 0.7);
  }
  return square + 100 * sum * sum;
}

double best_in_valley(const char* name, uint64_t seed, int trials) {
  return testing::best_found(name,
                             R"({"a": {"float": [0, 1]}, "b": {"float": [0, 1]}, "c": {"float": [0, 1]},
                                 "d": {"float": [0, 1]}})",
                             valley, seed, trials);
}

TEST(CmaEsSampler, FollowsAValley) {
  for (uint64_t seed = 0; seed < 3; ++seed) {
    EXPECT_LT(best_in_valley("cma_es", seed, 400), 1e-3);
    EXPECT_LT(best_in_valley("cma_es", seed, 800), 1e-7);
    EXPECT_GT(best_in_valley("random", seed, 800), 2e-3);
  }
}

TEST(CmaEsSampler, TakesParametersOfAllKinds) {
  double cma_es = 0, random = 0;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    cma_es += testing::best_found("cma_es", seed, 100) / 5;
    random += testing::best_found("random", seed, 100) / 5;
  }
  EXPECT_LT(cma_es, random);
}

}  // namespace
}  // namespace sluice
