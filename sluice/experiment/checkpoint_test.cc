#include "sluice/experiment/checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice {
namespace {

Tensor floats(std::initializer_list<float> values) {
  return Tensor::of<float>({static_cast<int64_t>(values.size())}, std::span(values.begin(), values.size()));
}

Checkpoint example() {
  Checkpoint checkpoint;
  checkpoint.state = {3, floats({1, -2, 3.5F, 1e-30F}), {17, {floats({0.5F, 0.25F}), floats({4, 5})}}};
  checkpoint.state.optimizer.learning_rate = 0.1;
  checkpoint.metrics = Json::parse(R"({"loss":0.5,"val_accuracy":0.75})");
  checkpoint.callbacks = {{Json::Object{{"wait", 2}}, floats({7, 8, 9})}, {}};
  checkpoint.stopped = true;
  checkpoint.identity = Json::Object{{"seed", 5}};
  return checkpoint;
}

bool same(const Tensor& a, const Tensor& b) { return std::ranges::equal(a.bytes(), b.bytes()); }

std::string error_of(const std::string& bytes) {
  try {
    read_checkpoint(bytes, "epoch-3.checkpoint");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "no error";
}

TEST(Checkpoint, ReadsBackTheVeryBits) {
  Checkpoint written = example();
  Checkpoint read = read_checkpoint(write_checkpoint(written), "c");
  EXPECT_EQ(read.state.epoch, 3);
  EXPECT_EQ(read.state.optimizer.iterations, 17);
  EXPECT_EQ(read.metrics, written.metrics);
  EXPECT_TRUE(same(read.state.weights, written.state.weights));
  ASSERT_EQ(read.state.optimizer.slots.size(), 2U);
  EXPECT_TRUE(same(read.state.optimizer.slots[1], written.state.optimizer.slots[1]));
  EXPECT_EQ(read.state.optimizer.learning_rate, 0.1);
  ASSERT_EQ(read.callbacks.size(), 2U);
  EXPECT_EQ(read.callbacks[0].values, written.callbacks[0].values);
  EXPECT_TRUE(same(read.callbacks[0].weights, written.callbacks[0].weights));
  EXPECT_TRUE(read.callbacks[1].values.is_null() && read.callbacks[1].weights.empty());
  EXPECT_TRUE(read.stopped);
  EXPECT_EQ(read.identity, written.identity);
}

/// Written by the program when checkpoints had version 1.
TEST(Checkpoint, ReadsVersion1) {
  Checkpoint read = read_checkpoint(read_file("tests/saved/journal-1/stopped/trials/2/epoch-2.checkpoint"), "c");
  EXPECT_EQ(read.state.epoch, 2);
  EXPECT_EQ(read.state.optimizer.iterations, 8);
  EXPECT_EQ(read.state.optimizer.slots.size(), 1U);
  EXPECT_FALSE(read.state.optimizer.learning_rate);
  EXPECT_TRUE(read.callbacks.empty());
  EXPECT_FALSE(read.stopped);
  EXPECT_TRUE(read.metrics.contains("val_accuracy"));
}

TEST(Checkpoint, RefusesEveryCut) {
  std::string bytes = write_checkpoint(example());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_NE(error_of(bytes.substr(0, length)), "no error") << length;
}

TEST(Checkpoint, RefusesEveryChangedByte) {
  std::string bytes = write_checkpoint(example());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] ^= 4;
    EXPECT_NE(error_of(changed), "no error") << i;
  }
}

TEST(Checkpoint, SaysWhatIsDamaged) {
  std::string bytes = write_checkpoint(example());
  EXPECT_EQ(error_of("hello"), "epoch-3.checkpoint: damaged checkpoint: it is none");
  EXPECT_EQ(error_of(bytes.substr(0, 40)), "epoch-3.checkpoint: damaged checkpoint: its checksum is wrong");
}

TEST(Checkpoint, KeepsTheLatestAndTheBest) {
  Path directory = Path(testing::TempDir()) / "sluice_checkpoint_test";
  make_directories(directory);
  Checkpoint checkpoint = example();
  for (int64_t epoch : {1, 2, 3, 10}) {
    checkpoint.state.epoch = epoch;
    save_checkpoint(checkpoint, directory);
  }
  remove_checkpoints_but(directory, 10, 2);
  EXPECT_FALSE(std::filesystem::exists(checkpoint_path(directory, 1)));
  EXPECT_TRUE(std::filesystem::exists(checkpoint_path(directory, 2)));
  EXPECT_FALSE(std::filesystem::exists(checkpoint_path(directory, 3)));
  EXPECT_TRUE(std::filesystem::exists(checkpoint_path(directory, 10)));
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace sluice
