#include "sluice/formats/gzip.h"

#include "sluice/formats/format_testing.h"

namespace sluice {
namespace {

using namespace testing;

TEST(Gzip, InflatesToTheSameBytes) {
  EXPECT_EQ(gunzip(read_file(golden("images.idx.gz")), "FILE"), read_file(golden("images.idx")));
}

TEST(Gzip, LeavesOtherBytesAlone) {
  EXPECT_EQ(gunzip("plain", "FILE"), "plain");
  EXPECT_EQ(gunzip("", "FILE"), "");
}

TEST(Gzip, JoinsMembers) {
  std::string packed = read_file(golden("images.idx.gz"));
  std::string plain = read_file(golden("images.idx"));
  EXPECT_EQ(gunzip(packed + packed, "FILE"), plain + plain);
}

TEST(Gzip, RefusesEveryTruncation) {
  std::string packed = read_file(golden("images.idx.gz"));
  for (size_t size = 2; size < packed.size(); ++size) {
    expect_error([&] { gunzip(packed.substr(0, size), "FILE"); }, "FILE: truncated gzip file");
  }
}

TEST(Gzip, RefusesDamageAndTrailingBytes) {
  std::string packed = read_file(golden("images.idx.gz"));
  expect_error([&] { gunzip(packed + "more", "FILE"); }, "FILE: corrupt gzip file: other bytes after its end");
  std::string damaged = packed;
  damaged[packed.size() - 6] ^= 1;
  expect_error([&] { gunzip(damaged, "FILE"); }, "FILE: corrupt gzip file: incorrect data check");
  expect_damage_is_survived(packed, [](const std::string& bytes) { gunzip(bytes, "FILE"); });
}

}  // namespace
}  // namespace sluice
