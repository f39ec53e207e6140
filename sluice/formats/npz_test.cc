#include "sluice/formats/npz.h"

#include <gmock/gmock.h>

#include "sluice/formats/format_testing.h"
#include "sluice/formats/npy.h"
#include "sluice/formats/zip.h"

namespace sluice {
namespace {

using namespace testing;
using ::testing::ElementsAre;

TEST(Npz, ReadsWhatNumpyWrites) {
  for (const char* name : {"stored.npz", "deflated.npz"}) {
    NamedTensors arrays = read_npz(golden(name));
    ASSERT_EQ(arrays.size(), 2U);
    EXPECT_EQ(arrays[0].first, "x");
    EXPECT_THAT(arrays[0].second.values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
    EXPECT_EQ(arrays[1].first, "y");
    EXPECT_THAT(arrays[1].second.values<int64_t>(), ElementsAre(1, 0));
  }
}

TEST(Npz, ReadsChosenArraysInTheAskedOrder) {
  std::vector<std::string> names = {"y"};
  NamedTensors arrays = read_npz(golden("stored.npz"), names);
  ASSERT_EQ(arrays.size(), 1U);
  EXPECT_EQ(arrays[0].first, "y");
  names = {"yy"};
  expect_error([&] { read_npz(golden("stored.npz"), names); }, "unknown array \"yy\". Did you mean");
}

TEST(Npz, ReturnsWhatWasWritten) {
  NamedTensors arrays = read_npz(golden("stored.npz"));
  std::string bytes = write_npz(arrays);
  EXPECT_EQ(bytes, write_npz(arrays));
  NamedTensors again = read_npz(bytes, "FILE");
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[1].first, "y");
  EXPECT_EQ(write_npy(again[0].second), write_npy(arrays[0].second));
}

TEST(Npz, RefusesEveryTruncationAndSurvivesDamage) {
  auto read = [](const std::string& bytes) { read_npz(bytes, "FILE"); };
  for (const char* name : {"stored.npz", "deflated.npz"}) {
    expect_no_prefix_reads(read_file(golden(name)), read);
    expect_damage_is_survived(read_file(golden(name)), read);
  }
}

TEST(Npz, NamesFileAndArray) {
  ZipWriter zip;
  zip.add("x.npy", "no array");
  std::string bytes = zip.finish();
  expect_error([&] { read_npz(bytes, "a.npz"); }, "a.npz: array x: not a .npy file");
  expect_error([] { read_npz(golden("mixed.zip")); }, "not an .npz file: it holds stored.txt, expected NAME.npy");
}

}  // namespace
}  // namespace sluice
