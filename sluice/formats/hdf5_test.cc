#include "sluice/formats/hdf5.h"

#include <gmock/gmock.h>

#include <numeric>
#include <random>
#include <thread>

#include "sluice/formats/format_testing.h"

namespace sluice {
namespace {

using namespace testing;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Tensor counting(Shape shape) {
  Tensor tensor(DType::float32, std::move(shape));
  auto values = tensor.values<float>();
  std::iota(values.begin(), values.end(), 0.0F);
  return tensor;
}

std::string written(const Shape& shape = {2, 3}) {
  Hdf5Writer file;
  file.write("/layers/dense/vars/0", counting(shape));
  file.group("/layers/dense/empty");
  file.attribute("/layers/dense", "name", "dense");
  file.attribute("/", "names", std::vector<std::string>{"a", "bc"});
  file.attribute("/", "no_names", std::vector<std::string>{});
  return file.finish();
}

void read_all(const std::string& bytes) {
  Hdf5Reader file(bytes, "FILE");
  for (const std::string& dataset : file.datasets()) file.read(dataset);
  file.text_list_attribute("/", "names");
}

TEST(Hdf5, ReturnsWhatWasWritten) {
  Hdf5Reader file(written(), "FILE");
  EXPECT_THAT(file.members("/layers/dense"), ElementsAre("empty", "vars"));
  EXPECT_THAT(file.datasets(), ElementsAre("/layers/dense/vars/0"));
  Tensor tensor = file.read("layers/dense/vars/0");
  EXPECT_EQ(tensor.shape(), (Shape{2, 3}));
  EXPECT_THAT(tensor.values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_TRUE(file.is_group("/layers/dense"));
  EXPECT_FALSE(file.is_dataset("/layers/dense"));
  EXPECT_TRUE(file.is_dataset("/layers/dense/vars/0"));
  EXPECT_FALSE(file.is_group("/layers/none/vars"));
  EXPECT_EQ(file.text_attribute("/layers/dense", "name"), "dense");
  EXPECT_THAT(file.text_list_attribute("/", "names"), ElementsAre("a", "bc"));
  EXPECT_THAT(file.text_list_attribute("/", "no_names"), IsEmpty());
}

TEST(Hdf5, KeepsEveryType) {
  Tensor counted = counting({2, 2});
  for (DType dtype : {DType::float32, DType::float64, DType::uint8, DType::int8, DType::uint16, DType::int16,
                      DType::uint32, DType::int32, DType::uint64, DType::int64, DType::boolean}) {
    SCOPED_TRACE(to_string(dtype));
    Tensor tensor = counted.cast(dtype);
    Hdf5Writer file;
    file.write("x", tensor);
    file.write("scalar", tensor.slice(1, 2).slice(0, 1).reshaped({2}).slice(0, 1).reshaped({}));
    Hdf5Reader reader(file.finish(), "FILE");
    Tensor again = reader.read("x");
    EXPECT_EQ(again.dtype(), dtype);
    EXPECT_TRUE(std::ranges::equal(again.bytes(), tensor.bytes()));
    EXPECT_EQ(reader.read("scalar").shape(), Shape{});
  }
}

TEST(Hdf5, WritesTheSameBytesForTheSameCalls) {
  std::string first = written();
  written({50, 50});
  EXPECT_EQ(first, written());
}

TEST(Hdf5, ReadsWhatH5pyWrites) {
  Hdf5Reader file(golden("groups.h5"));
  EXPECT_THAT(file.members(), ElementsAre("flags", "half", "layers", "packed", "scalar", "unwritten"));
  EXPECT_THAT(file.read("/layers/dense/vars/0").values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(file.read("/layers/dense/vars/1").values<int16_t>(), ElementsAre(1, 2, 3));
  EXPECT_THAT(file.read("half").values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(file.read("scalar").values<int64_t>()[0], 7);
  EXPECT_EQ(file.read("flags").dtype(), DType::boolean);
  EXPECT_THAT(file.read("packed").values<double>(), Each(0));
  EXPECT_THAT(file.read("unwritten").values<float>(), ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(file.text_attribute("/", "text"), "variable \u00e4");
  EXPECT_EQ(file.text_attribute("/", "fixed"), "fixed");
  EXPECT_THAT(file.text_list_attribute("/", "names"), ElementsAre("conv2d", "dense"));
  EXPECT_THAT(file.text_list_attribute("/", "variable_names"), ElementsAre("a", "bc"));
}

TEST(Hdf5, RefusesWhatIsNotThereOrNoText) {
  Hdf5Reader file(read_file(golden("groups.h5")), "a.h5");
  expect_error([&] { file.read("/none/0"); }, "a.h5: has no dataset /none/0");
  expect_error([&] { file.read("/layers"); }, "a.h5: /layers: is no dataset");
  expect_error([&] { file.members("/scalar"); }, "a.h5: /scalar: is no group");
  expect_error([&] { file.text_attribute("/", "none"); }, "a.h5: /: has no attribute none");
  expect_error([&] { file.text_attribute("/", "number"); }, "attribute number: is integer, expected text");
  expect_error([&] { file.text_attribute("/", "names"); }, "attribute names holds 2 texts, expected one");
}

TEST(Hdf5, NeverLeavesTheFile) {
  Hdf5Reader file(read_file(golden("refused.h5")), "a.h5");
  auto refuse = [&](const char* dataset, const std::string& message) {
    expect_error([&] { file.read(dataset); }, message);
  };
  refuse("soft", "a.h5: soft: is a soft or external link, which is not followed");
  refuse("external", "a.h5: external: is a soft or external link");
  refuse("external/deeper", "is a soft or external link");
  refuse("outside", "a.h5: outside: lies in another file");
  refuse("virtual", "a.h5: virtual: lies in another file");
  refuse("packed", "is packed by HDF5 filter 6");
  refuse("compound", "a.h5: compound: holds compound elements; integers, reals or booleans are expected");
  refuse("texts", "holds text elements");
  refuse("huge", "a.h5: huge: claims 1099511627776 x 8 = 8796093022208 bytes, which a file of ");
  EXPECT_FALSE(file.is_dataset("external"));
  EXPECT_EQ(file.read("target").size(), 2);
}

TEST(Hdf5, RefusesEveryTruncation) {
  expect_no_prefix_reads(written(), read_all, 29);
  expect_error([] { Hdf5Reader("", "a.h5"); }, "a.h5: empty file, expected an HDF5 file");
  expect_error([] { Hdf5Reader("hello, world", "a.h5"); }, "a.h5: not an HDF5 file");
}

/// Changes a few bytes, or cuts the end off, as `seed` says.
std::string damaged(std::string bytes, uint64_t seed) {
  std::mt19937_64 random(seed);
  if (seed % 5 == 0) return bytes.substr(0, random() % bytes.size());
  for (uint64_t changes = 1 + random() % 8; changes > 0; --changes)
    bytes[random() % bytes.size()] = static_cast<char>(random());
  return bytes;
}

TEST(Hdf5, SurvivesDamage) {
  const std::string bytes = written({3, 5});
  for (uint64_t seed = 0; seed < 300; ++seed) {
    try {
      read_all(damaged(bytes, seed));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << seed << ": " << error.what();
      EXPECT_TRUE(std::string_view(error.what()).starts_with("FILE: ")) << seed << ": " << error.what();
    }
  }
}

TEST(Hdf5, ReadsTwoFilesAtOnce) {
  Hdf5Reader small(written({1}), "a.h5");
  Hdf5Reader large(written({5, 5}), "b.h5");
  EXPECT_EQ(small.read("/layers/dense/vars/0").size(), 1);
  EXPECT_EQ(large.read("/layers/dense/vars/0").size(), 25);
}

TEST(Hdf5, WorksFromSeveralThreads) {
  std::string expected = written();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        EXPECT_EQ(written(), expected);
        read_all(expected);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Hdf5, ReadsRealKerasFiles) {
  Path folder = test_data() / "keras-models";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  for (const char* name : {"mnist_cnn_legacy.h5", "cifar10_resnet8_k2.h5"}) {
    Hdf5Reader file(folder / name);
    EXPECT_TRUE(file.text_attribute("/", "model_config").starts_with("{")) << name;
    EXPECT_FALSE(file.text_list_attribute("/model_weights", "layer_names").empty()) << name;
    for (const std::string& dataset : file.datasets()) file.read(dataset);
  }
}

}  // namespace
}  // namespace sluice
