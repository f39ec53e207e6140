#include <sys/resource.h>

#include <csignal>

#include "sluice/data/write_files_internal.h"
#include "sluice/formats/format_testing.h"

namespace sluice {
namespace {

using namespace testing;

/// Limits the size of files until the end of the test, as a full disk does.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_action_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit old_{};
  void (*old_action_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

const std::vector<NamedBytes> small_and_large = {{"small", "1"}, {"large", std::string(1000, 'x')}};

TEST(WriteFiles, MakesTheFolderAndReplaces) {
  ScratchFolder scratch;
  make_directories(scratch / "a");
  write_file(scratch / "a/small", "old");
  write_files(scratch / "a", small_and_large);
  write_files(scratch / "b/c", small_and_large);
  for (const char* folder : {"a", "b/c"}) {
    EXPECT_EQ(read_file(scratch / folder / "small"), "1");
    EXPECT_EQ(read_file(scratch / folder / "large").size(), 1000U);
    EXPECT_FALSE(std::filesystem::exists(scratch / folder / "small.new"));
  }
}

TEST(WriteFiles, AFullDiskLeavesNothingNew) {
  ScratchFolder scratch;
  FileLimit limit(100);
  expect_error([&] { write_files(scratch / "a/b", small_and_large); }, "cannot write", ErrorCode::io);
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
  make_directories(scratch / "a");
  write_file(scratch / "a/small", "old");
  expect_error([&] { write_files(scratch / "a", small_and_large); }, "cannot write", ErrorCode::io);
  EXPECT_EQ(read_file(scratch / "a/small"), "old");
  std::filesystem::remove(scratch / "a/small");
  EXPECT_TRUE(std::filesystem::is_empty(scratch / "a"));
}

TEST(WriteFiles, ANameThatIsTakenByAFolderLeavesNothingNew) {
  ScratchFolder scratch;
  make_directories(scratch / "large/in the way");
  expect_error([&] { write_files(scratch.path(), small_and_large); }, "large: Is a directory", ErrorCode::io);
  EXPECT_FALSE(std::filesystem::exists(scratch / "small"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "large.new"));
}

}  // namespace
}  // namespace sluice
