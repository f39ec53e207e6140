#include <gtest/gtest.h>

#include "sluice/experiment/checkpoint.h"

namespace sluice {
namespace {

Checkpoint read_saved(const Path& path) { return read_checkpoint(read_file(path), path.string()); }

TEST(SavedCheckpoint, OfVersion1) {
  Path folder = "tests/saved/journal-1";
  Checkpoint ended = read_saved(folder / "ended/trials/1/epoch-4.checkpoint");
  EXPECT_EQ(ended.state.epoch, 4);
  EXPECT_EQ(ended.state.optimizer.iterations, 16);
  ASSERT_EQ(ended.state.optimizer.slots.size(), 1U);
  EXPECT_EQ(ended.metrics.at("val_loss"), Json(0.7841563806287013));
  Checkpoint stopped = read_saved(folder / "stopped/trials/1/epoch-4.checkpoint");
  EXPECT_TRUE(
      std::ranges::equal(std::as_const(ended.state.weights).bytes(), std::as_const(stopped.state.weights).bytes()));
}

}  // namespace
}  // namespace sluice
