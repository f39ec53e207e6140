#include "sluice/formats/tensorboard.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "sluice/base/files.h"

namespace sluice {
namespace {

const Path python = ".cache/test-env/bin/python";

// The bytes that TensorFlow 2.21 writes for Event(wall_time=1.5, file_version="brain.Event:2").
TEST(TensorBoard, HeaderIsThatOfTensorFlow) {
  const std::string bytes = tensorboard_header(1.5);
  ASSERT_EQ(bytes.size(), 8U + 4 + 24 + 4);
  EXPECT_EQ(bytes[0], 24);
  EXPECT_EQ(bytes.substr(12, 9), std::string("\x09\0\0\0\0\0\0\xF8\x3F", 9));
  EXPECT_EQ(bytes.substr(21, 15),
            "\x1A\x0D"
            "brain.Event:2");
}

// TensorFlow checks both checksums of each record.
TEST(TensorBoard, TensorFlowReadsScalars) {
  if (!std::filesystem::exists(python)) GTEST_SKIP() << "TensorFlow is not installed: tools/setup test";
  const Path file = Path(testing::TempDir()) / "sluice_events.out.tfevents.1";
  write_file(file, tensorboard_header(1.5) + tensorboard_scalars(2.5, 0, {{"epoch_loss", 0.5}, {"epoch_accuracy", 1}}) +
                       tensorboard_scalars(3.5, 300, {{"epoch_loss", 0.25}}));
  const std::string script =
      "import sys, tensorflow as tf; events = list(tf.compat.v1.train.summary_iterator(sys.argv[1])); "
      "assert events[0].file_version == 'brain.Event:2' and events[0].wall_time == 1.5; "
      "found = [(e.wall_time, e.step, v.tag, v.simple_value) for e in events[1:] for v in e.summary.value]; "
      "assert found == [(2.5, 0, 'epoch_loss', 0.5), (2.5, 0, 'epoch_accuracy', 1.0), (3.5, 300, 'epoch_loss', 0.25)], "
      "found";
  const std::string command =
      "TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= " + python.string() + " -c \"" + script + "\" " + file.string();
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace sluice
