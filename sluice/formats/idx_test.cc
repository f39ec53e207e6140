#include "sluice/formats/idx.h"

#include <gmock/gmock.h>

#include <numeric>

#include "sluice/formats/format_testing.h"

namespace sluice {
namespace {

using namespace testing;
using ::testing::ElementsAre;

std::string header(uint8_t type, const std::vector<uint32_t>& sizes) {
  std::string bytes = {0, 0, static_cast<char>(type), static_cast<char>(sizes.size())};
  for (uint32_t size : sizes) {
    for (int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift & 0xFF);
  }
  return bytes;
}

template <class T>
void expect_value(uint8_t type, const std::string& bytes, T value) {
  Tensor tensor = read_idx(header(type, {1}) + bytes, "FILE");
  ASSERT_EQ(tensor.dtype(), dtype_of<T>());
  EXPECT_EQ(tensor.values<T>()[0], value);
}

TEST(Idx, ReadsBytesPlainAndGzipped) {
  for (const char* name : {"images.idx", "images.idx.gz"}) {
    Tensor tensor = read_idx(golden(name));
    EXPECT_EQ(tensor.shape(), (Shape{2, 2, 3}));
    EXPECT_THAT(tensor.values<uint8_t>(), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  }
}

TEST(Idx, ReadsEveryTypeBigEndian) {
  EXPECT_THAT(read_idx(golden("floats.idx")).values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  expect_value<uint8_t>(0x08, "\xFF", 255);
  expect_value<int8_t>(0x09, "\xFF", -1);
  expect_value<int16_t>(0x0B, std::string("\x01\x02", 2), 0x0102);
  expect_value<int32_t>(0x0C, "\xFF\xFF\xFF\xFE", -2);
  expect_value<double>(0x0E, std::string("\x3F\xF8\0\0\0\0\0\0", 8), 1.5);
}

TEST(Idx, RefusesEveryTruncation) {
  auto read = [](const std::string& bytes) { read_idx(bytes, "FILE"); };
  expect_no_prefix_reads(read_file(golden("images.idx")), read);
  expect_no_prefix_reads(read_file(golden("images.idx.gz")), read);
}

TEST(Idx, SaysWhatWasExpectedAndWhatCame) {
  auto refuse = [](const std::string& bytes, const std::string& message) {
    expect_error([&] { read_idx(bytes, "a.idx"); }, message);
  };
  refuse("", "a.idx: empty file, expected an IDX file");
  refuse(header(8, {60000, 28, 28}) + std::string(1000, 'x'),
         "a.idx: truncated IDX file: header says 60000 x 28 x 28 = 47040000 bytes, found 1000");
  refuse(header(0x0D, {2}) + std::string(9, 'x'), "a.idx: IDX file is too long: header says 2 x 4 = 8 bytes, found 9");
  refuse(header(8, {2, 3}).substr(0, 9), "a.idx: truncated IDX file: expected a header of 12 bytes, found 9");
  refuse("GIF89a", "a.idx: not an IDX file");
  refuse(header(0x0A, {1}) + "x", "found 00000a01");
  refuse(header(8, std::vector<uint32_t>(8, 0xFFFFFFFF)), "a.idx: truncated IDX file: header says 4294967295 x ");
}

TEST(Idx, NamesAMissingFile) {
  expect_error([] { read_idx(Path("/nowhere/a.idx")); }, "/nowhere/a.idx", ErrorCode::not_found);
}

TEST(Idx, ReadsRealMnist) {
  Path folder = test_data() / "mnist";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  Tensor images = read_idx(folder / "t10k-images-idx3-ubyte.gz");
  Tensor labels = read_idx(folder / "t10k-labels-idx1-ubyte.gz");
  EXPECT_EQ(images.shape(), (Shape{10000, 28, 28}));
  EXPECT_EQ(labels.shape(), (Shape{10000}));
  auto first = labels.slice(0, 5);
  EXPECT_THAT(first.values<uint8_t>(), ElementsAre(7, 2, 1, 0, 4));
  auto values = images.values<uint8_t>();
  EXPECT_EQ(std::accumulate(values.begin(), values.end(), int64_t{0}), 264923200);  // numpy: images.sum()
}

}  // namespace
}  // namespace sluice
