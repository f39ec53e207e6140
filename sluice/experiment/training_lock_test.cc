#include "sluice/experiment/training_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "sluice/base/error.h"
#include "sluice/experiment/tiny_experiment_testing.h"

namespace sluice {
namespace {

using sluice::testing::ScratchFolder;

std::string refusal(const Path& model) {
  try {
    TrainingLock lock(model);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    return error.what();
  }
  return "";
}

TEST(TrainingLock, NamesTheProcessAndLeavesNothing) {
  ScratchFolder folder;
  const Path model = folder.path() / "m.keras";
  {
    TrainingLock lock(model);
    EXPECT_EQ(refusal(model), model.string() + " is being trained by process " + std::to_string(::getpid()));
    EXPECT_EQ(refusal(folder.path() / "other.keras"), "");
  }
  EXPECT_EQ(refusal(model), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(TrainingLock, TakesWhatAKilledProcessLeft) {
  ScratchFolder folder;
  write_file(folder.path() / "m.keras.lock", "123456789");
  EXPECT_EQ(refusal(folder.path() / "m.keras"), "");
}

}  // namespace
}  // namespace sluice
