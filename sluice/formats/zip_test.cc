#include "sluice/formats/zip.h"

#include <gmock/gmock.h>

#include "sluice/formats/format_testing.h"

namespace sluice {
namespace {

using namespace testing;
using ::testing::ElementsAre;

std::string written() {
  ZipWriter zip;
  zip.add("a.txt", "one");
  zip.add("folder/b.txt", std::string(1000, 'b'));
  zip.add("empty", "");
  return zip.finish();
}

void read_all(const std::string& bytes) {
  ZipReader zip(bytes, "FILE");
  for (const std::string& member : zip.members()) zip.read(member);
}

/// Changes the little endian number at `offset` of the last central header.
std::string with_number(std::string bytes, size_t offset, uint32_t value) {
  size_t header = bytes.rfind("PK\x01\x02");
  for (size_t i = 0; i < 4; ++i) bytes[header + offset + i] = static_cast<char>(value >> 8 * i & 0xFF);
  return bytes;
}

TEST(Zip, ReturnsWhatWasWritten) {
  ZipReader zip(written(), "FILE");
  EXPECT_THAT(zip.members(), ElementsAre("a.txt", "folder/b.txt", "empty"));
  EXPECT_EQ(zip.read("a.txt"), "one");
  EXPECT_EQ(zip.read("folder/b.txt"), std::string(1000, 'b'));
  EXPECT_EQ(zip.read("empty"), "");
  EXPECT_TRUE(zip.contains("empty"));
  EXPECT_FALSE(zip.contains("b.txt"));
}

TEST(Zip, WritesTheSameBytesForTheSameMembers) { EXPECT_EQ(written(), written()); }

TEST(Zip, WritesAnArchiveWithoutMembers) {
  std::string bytes = ZipWriter().finish();
  EXPECT_TRUE(is_zip(bytes));
  EXPECT_TRUE(ZipReader(bytes, "FILE").members().empty());
}

TEST(Zip, RefusesTwoMembersOfOneName) {
  ZipWriter zip;
  zip.add("a", "1");
  expect_error([&] { zip.add("a", "2"); }, "two members are called a", ErrorCode::internal);
}

TEST(Zip, ReadsDeflatedMembersAndRefusesOtherMethods) {
  ZipReader zip(golden("mixed.zip"));
  EXPECT_EQ(zip.read("stored.txt"), "stored");
  EXPECT_TRUE(zip.read("folder/deflated.txt").starts_with("deflated deflated "));
  expect_error([&] { zip.read("lzma.txt"); }, "mixed.zip: zip member lzma.txt: is packed by method 14");
  expect_error([&] { zip.read("none"); }, "mixed.zip: has no zip member none");
}

TEST(Zip, RefusesEveryTruncationAndSurvivesDamage) {
  expect_no_prefix_reads(written(), read_all);
  expect_damage_is_survived(written(), read_all);
  expect_damage_is_survived(read_file(golden("mixed.zip")), read_all);
}

TEST(Zip, RefusesHostileSizes) {
  std::string mixed = read_file(golden("mixed.zip"));
  constexpr size_t packed_size = 20;
  constexpr size_t size = 24;
  expect_error([&] { ZipReader(with_number(mixed, packed_size, 1U << 30), "FILE"); },
               "claims more packed bytes than the file has");
  expect_error([&] { ZipReader(with_number(mixed, size, 1U << 31), "FILE"); }, "claims 2147483648 bytes, which its ");
}

TEST(Zip, RefusesDamagedContents) {
  std::string bytes = written();
  bytes[bytes.find("bbbb")] = 'x';
  ZipReader zip(bytes, "FILE");
  expect_error([&] { zip.read("folder/b.txt"); }, "FILE: zip member folder/b.txt: corrupt: CRC error");
}

}  // namespace
}  // namespace sluice
