#include "sluice/base/files.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#include "sluice/base/error.h"

namespace {

/// What was synced, since the list was cleared.
std::vector<std::filesystem::path>& synced() {
  static std::vector<std::filesystem::path> paths;
  return paths;
}

}  // namespace

/// In place of the system's: keeps the names.
extern "C" int fsync(int descriptor) {
  synced().push_back(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor)));
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace sluice {
namespace {

class Files : public testing::Test {
 protected:
  Files() : folder_(make()) {}
  ~Files() override { std::filesystem::remove_all(folder_); }
  Path path(const char* name) const { return folder_ / name; }
  size_t count() const {
    auto entries = std::filesystem::directory_iterator(folder_);
    return static_cast<size_t>(std::distance(begin(entries), end(entries)));
  }

 private:
  static Path make() {
    std::string name = (std::filesystem::temp_directory_path() / "sluice-files-XXXXXX").string();
    return mkdtemp(name.data());
  }
  Path folder_;
};

template <class Work>
ErrorCode code(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "expected an error";
  return ErrorCode::internal;
}

TEST_F(Files, WritesAndReplaces) {
  write_file(path("a"), "one");
  write_file(path("a"), std::string("two\0three", 9));
  EXPECT_EQ(read_file(path("a")), std::string("two\0three", 9));
  EXPECT_EQ(count(), 1U);
}

TEST_F(Files, WritesThroughASymbolicLink) {
  write_file(path("target"), "old");
  std::filesystem::create_symlink("target", path("link"));
  write_file(path("link"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
  EXPECT_EQ(read_file(path("target")), "new");
}

TEST_F(Files, ReadErrorsSayWhoseFaultItIs) {
  EXPECT_EQ(code([&] { read_file(path("none")); }), ErrorCode::not_found);
  EXPECT_EQ(code([&] { read_file(path(".")); }), ErrorCode::invalid_argument);
}

TEST_F(Files, CheckWritableLeavesNothing) {
  check_writable(path("a"));
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(code([&] { check_writable(path("none") / "a"); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([&] { check_writable(path(".")); }), ErrorCode::invalid_argument);
}

/// Runs `work` in a child process whose files may hold `bytes` at most; returns its exit status.
template <class Work>
int with_file_limit(rlim_t bytes, Work work) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    _exit(work());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST_F(Files, AFullDiskLeavesTheOldFile) {
  write_file(path("a"), "old");
  const int status = with_file_limit(100, [&] {
    try {
      write_file(path("a"), std::string(1000, 'x'));
    } catch (const Error& error) {
      return error.code() == ErrorCode::io ? 7 : 1;
    }
    return 0;
  });
  EXPECT_EQ(status, 7);
  EXPECT_EQ(read_file(path("a")), "old");
  EXPECT_EQ(count(), 1U);
}

TEST_F(Files, AppendCutsBackWhatDoesNotFit) {
  const int status = with_file_limit(100, [&] {
    AppendFile file(path("a"), 0);
    file.append("first\n");
    try {
      file.append(std::string(1000, 'x'));
    } catch (const Error&) {
      file.append("second\n");
      return 7;
    }
    return 0;
  });
  EXPECT_EQ(status, 7);
  EXPECT_EQ(read_file(path("a")), "first\nsecond\n");
}

TEST_F(Files, AppendKeepsWhatItIsTold) {
  write_file(path("a"), "keep-torn");
  AppendFile(path("a"), 5).append("new");
  EXPECT_EQ(read_file(path("a")), "keep-new");
}

TEST_F(Files, MadeFoldersAreDurable) {
  const Path folder = std::filesystem::canonical(path("."));
  make_directories(folder / "a");
  synced().clear();
  make_directories(folder / "a/b/c/");
  EXPECT_TRUE(std::filesystem::is_directory(folder / "a/b/c"));
  EXPECT_EQ(synced(), (std::vector<Path>{folder / "a", folder / "a/b"}));
  make_directories(folder / "a/b/c");
  EXPECT_EQ(synced().size(), 2U);
}

TEST_F(Files, SaysWhichFolderCannotBeMade) {
  write_file(path("file"), "");
  EXPECT_EQ(code([&] { make_directories(path("file")); }), ErrorCode::io);
  EXPECT_EQ(code([&] { make_directories(path("file") / "a/b"); }), ErrorCode::io);
}

}  // namespace
}  // namespace sluice
