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

TEST(Zip, returns_what_was_written) {
  ZipReader zip(written(), "FILE");
  EXPECT_THAT(zip.members(), ElementsAre("a.txt", "folder/b.txt", "empty"));
  EXPECT_EQ(zip.read("a.txt"), "one");
  EXPECT_EQ(zip.read("folder/b.txt"), std::string(1000, 'b'));
  EXPECT_EQ(zip.read("empty"), "");
  EXPECT_TRUE(zip.contains("empty"));
  EXPECT_FALSE(zip.contains("b.txt"));
}

TEST(Zip, writes_the_same_bytes_for_the_same_members) { EXPECT_EQ(written(), written()); }

TEST(Zip, writes_an_archive_without_members) {
  std::string bytes = ZipWriter().finish();
  EXPECT_TRUE(is_zip(bytes));
  EXPECT_TRUE(ZipReader(bytes, "FILE").members().empty());
}

TEST(Zip, refuses_two_members_of_one_name) {
  ZipWriter zip;
  zip.add("a", "1");
  expect_error([&] { zip.add("a", "2"); }, "two members are called a", ErrorCode::internal);
}

TEST(Zip, reads_deflated_members_and_refuses_other_methods) {
  ZipReader zip(golden("mixed.zip"));
  EXPECT_EQ(zip.read("stored.txt"), "stored");
  EXPECT_TRUE(zip.read("folder/deflated.txt").starts_with("deflated deflated "));
  expect_error([&] { zip.read("lzma.txt"); }, "mixed.zip: zip member lzma.txt: is packed by method 14");
  expect_error([&] { zip.read("none"); }, "mixed.zip: has no zip member none");
}

TEST(Zip, refuses_every_truncation_and_survives_damage) {
  expect_no_prefix_reads(written(), read_all);
  expect_damage_is_survived(written(), read_all);
  expect_damage_is_survived(read_file(golden("mixed.zip")), read_all);
}

TEST(Zip, refuses_hostile_sizes) {
  std::string mixed = read_file(golden("mixed.zip"));
  constexpr size_t packed_size = 20;
  constexpr size_t size = 24;
  expect_error([&] { ZipReader(with_number(mixed, packed_size, 1U << 30), "FILE"); },
               "claims more packed bytes than the file has");
  expect_error([&] { ZipReader(with_number(mixed, size, 1U << 31), "FILE"); }, "claims 2147483648 bytes, which its ");
}

TEST(Zip, refuses_damaged_contents) {
  std::string bytes = written();
  bytes[bytes.find("bbbb")] = 'x';
  ZipReader zip(bytes, "FILE");
  expect_error([&] { zip.read("folder/b.txt"); }, "FILE: zip member folder/b.txt: corrupt: CRC error");
}

}  // namespace
}  // namespace sluice
