#include "sluice/base/folder_check.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "sluice/base/error.h"

namespace sluice {
namespace {

class FolderCheck : public testing::Test {
 protected:
  FolderCheck() {
    std::string name = (std::filesystem::temp_directory_path() / "sluice-folder-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~FolderCheck() override { std::filesystem::remove_all(folder_); }

  /// What it says, behind the scratch folder's name; "" for nothing.
  std::string said(const Path& path) const {
    try {
      check_writable_folder(path);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      return error.what();
    }
    return "";
  }

  Path folder_;
};

TEST_F(FolderCheck, AcceptsWhatCanBeWrittenAndLeavesNothing) {
  EXPECT_EQ(said(folder_), "");
  EXPECT_EQ(said(folder_ / "a"), "");
  EXPECT_EQ(said(folder_ / "a/b/c/"), "");
  EXPECT_EQ(said("not there"), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(FolderCheck, SaysWhatIsInTheWay) {
  const Path file = folder_ / "file";
  write_file(file, "");
  EXPECT_EQ(said(file), "cannot write " + file.string() + ": there is no folder " + file.string());
  EXPECT_EQ(said(file / "a/b"), "cannot write " + (file / "a/b").string() + ": there is no folder " + file.string());
  EXPECT_EQ(said("/proc/a/b").rfind("cannot write /proc/a/b: ", 0), 0U) << said("/proc/a/b");
}

TEST_F(FolderCheck, SaysThatALinkLeadsNowhere) {
  const Path link = folder_ / "link";
  std::filesystem::create_symlink("nowhere", link);
  const std::string why = link.string() + " is a link to nowhere, which is not there";
  EXPECT_EQ(said(link), "cannot write " + link.string() + ": " + why);
  EXPECT_EQ(said(link / "a"), "cannot write " + (link / "a").string() + ": " + why);
}

}  // namespace
}  // namespace sluice
