#include "sluice/nn/schedule.h"

#include <gtest/gtest.h>

#include "sluice/base/files.h"
#include "sluice/nn/schedules/cosine_decay.h"
#include "sluice/nn/schedules/decay.h"
#include "sluice/nn/schedules/one_cycle.h"
#include "sluice/nn/schedules/piecewise_constant_decay.h"

namespace sluice {
namespace {

/// What tests/golden/schedules/make_goldens.py had real Keras compute; the tests run from the repository root.
TEST(Schedule, RatesAreThoseOfKeras) {
  const Json cases = Json::parse(read_file("tests/golden/schedules/schedules.json"));
  EXPECT_GE(cases.size(), 16u);
  for (const Json& expected : cases.as_array()) {
    const SchedulePtr schedule = make_named<Schedule>(expected.at("class_name").as_string(), expected.at("config"));
    const Json& rates = expected.at("rates");
    for (size_t step = 0; step < rates.size(); ++step) {
      EXPECT_NEAR(schedule->at(static_cast<int64_t>(step)), rates[step].as_real(), 1e-6)
          << expected.at("class_name").as_string() << expected.at("config").dump() << " at " << step;
    }
  }
}

TEST(Schedule, RestartsBeginAtTheirStep) {
  const SchedulePtr schedule = make(CosineDecayRestarts{.initial_learning_rate = 1, .first_decay_steps = 10});
  int64_t begin = 0;
  for (int64_t length = 10; length < 1'000'000; begin += length, length *= 2) {
    EXPECT_NEAR(schedule->at(begin), 1, 1e-9) << begin;
    if (begin == 0) continue;
    EXPECT_LT(schedule->at(begin - 1), 0.1) << begin;
  }
}

TEST(Schedule, FillsInWhatIsOpen) {
  const SchedulePtr open = make(CosineDecay{.warmup_target = 0.5, .warmup_steps = 20});
  EXPECT_THROW(open->check_filled(), Error);
  EXPECT_THROW(open->at(50), Error);
  const SchedulePtr filled = open->filled({.learning_rate = 0.1})->filled({.steps = 100});
  filled->check_filled();
  EXPECT_EQ(filled->config().at("decay_steps"), Json(80));
  EXPECT_DOUBLE_EQ(filled->at(0), 0.1);
  EXPECT_DOUBLE_EQ(filled->at(20), 0.5);
  EXPECT_NEAR(filled->at(100), 0, 1e-12);
  EXPECT_EQ(filled->filled({.learning_rate = 7, .steps = 7})->config(), filled->config());
}

TEST(Schedule, OneCycleRisesOnceAndFallsOnce) {
  const SchedulePtr schedule =
      make(OneCycle{.max_learning_rate = 1, .steps = 101, .rise = 0.25, .start_divisor = 10, .end_divisor = 100});
  EXPECT_DOUBLE_EQ(schedule->at(0), 0.1);
  EXPECT_DOUBLE_EQ(schedule->at(25), 1);
  EXPECT_DOUBLE_EQ(schedule->at(100), 0.001);
  EXPECT_DOUBLE_EQ(schedule->at(1000), 0.001);
  for (int64_t step = 0; step < 100; ++step) {
    EXPECT_EQ(schedule->at(step + 1) > schedule->at(step), step < 25) << step;
  }
  EXPECT_DOUBLE_EQ(make(OneCycle{.max_learning_rate = 1, .steps = 1})->at(0), 1);
  EXPECT_FALSE(schedule->known_to_keras());
}

TEST(Schedule, ListsMustFit) {
  EXPECT_THROW(make(PiecewiseConstantDecay{.boundaries = {1, 2}, .values = {1, 2}}), Error);
  EXPECT_THROW(make(PiecewiseConstantDecay{.boundaries = {2, 2}, .values = {1, 2, 3}}), Error);
  EXPECT_THROW(make(PiecewiseConstantDecay{}), Error);
}

}  // namespace
}  // namespace sluice
