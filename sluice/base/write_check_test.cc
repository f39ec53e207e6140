#include "sluice/base/write_check.h"

#include <gtest/gtest.h>

#include "sluice/base/error.h"
#include "sluice/base/scratch_folder_testing.h"

namespace sluice {
namespace {

class WriteCheck : public ::testing::Test {
 protected:
  /// What it says, behind the scratch folder's name; "" for nothing.
  std::string said(const Path& path, void (*check)(const Path&) = check_writable_folder) const {
    try {
      check(path);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      return error.what();
    }
    return "";
  }

  testing::ScratchFolder folder_;
};

TEST_F(WriteCheck, AcceptsWhatCanBeWrittenAndLeavesNothing) {
  EXPECT_EQ(said(folder_.path()), "");
  EXPECT_EQ(said(folder_ / "a"), "");
  EXPECT_EQ(said(folder_ / "a/b/c/"), "");
  EXPECT_EQ(said("not there"), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(WriteCheck, SaysWhatIsInTheWay) {
  const Path file = folder_ / "file";
  write_file(file, "");
  EXPECT_EQ(said(file), "cannot write " + file.string() + ": there is no folder " + file.string());
  EXPECT_EQ(said(file / "a/b"), "cannot write " + (file / "a/b").string() + ": there is no folder " + file.string());
  EXPECT_EQ(said("/proc/a/b").rfind("cannot write /proc/a/b: ", 0), 0U) << said("/proc/a/b");
}

TEST_F(WriteCheck, SaysThatALinkLeadsNowhere) {
  const Path link = folder_ / "link";
  std::filesystem::create_symlink("nowhere", link);
  const std::string why = link.string() + " is a link to nowhere, which is not there";
  EXPECT_EQ(said(link), "cannot write " + link.string() + ": " + why);
  EXPECT_EQ(said(link / "a"), "cannot write " + (link / "a").string() + ": " + why);
}

TEST_F(WriteCheck, OfAFileLeavesNothing) {
  EXPECT_EQ(said(folder_ / "a", check_writable), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  EXPECT_EQ(said(folder_.path(), check_writable), "cannot write " + folder_.path().string() + ": it is a folder");
  const Path lost = folder_ / "none/a";
  EXPECT_EQ(said(lost, check_writable),
            "cannot write " + lost.string() + ": there is no folder " + lost.parent_path().string());
}

TEST_F(WriteCheck, OfALinkLooksAtItsTarget) {
  const Path link = folder_ / "link";
  std::filesystem::create_symlink("/proc/target", link);
  EXPECT_EQ(said(link, check_writable).rfind("cannot write " + link.string() + ": ", 0), 0U);
}

}  // namespace
}  // namespace sluice
