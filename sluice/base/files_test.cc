#include "sluice/base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <vector>

#include "sluice/base/error.h"
#include "sluice/base/scratch_folder_testing.h"

namespace {

/// What was synced, since the list was cleared.
std::vector<std::filesystem::path>& synced() {
  static thread_local std::vector<std::filesystem::path> paths;
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

class Files : public ::testing::Test {
 protected:
  Path path(const char* name) const { return folder_ / name; }
  size_t count() const {
    auto entries = std::filesystem::directory_iterator(folder_.path());
    return static_cast<size_t>(std::distance(begin(entries), end(entries)));
  }

 private:
  testing::ScratchFolder folder_;
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

TEST_F(Files, WritesThroughASymbolicLinkToNothingYet) {
  std::filesystem::create_directory(path("elsewhere"));
  std::filesystem::create_symlink("elsewhere/target", path("link"));
  std::filesystem::create_symlink("link", path("second"));
  write_file(path("second"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
  EXPECT_EQ(read_file(path("elsewhere/target")), "new");
}

mode_t mode(const Path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST_F(Files, NewFilesObeyTheMaskAndOldOnesKeepTheirMode) {
  const mode_t mask = ::umask(027);
  write_file(path("a"), "one");
  AppendFile(path("b"), 0).append("one");
  ::umask(mask);
  EXPECT_EQ(mode(path("a")), 0640U);
  EXPECT_EQ(mode(path("b")), 0640U);
  ASSERT_EQ(::chmod(path("a").c_str(), 0600), 0);
  write_file(path("a"), "two");
  EXPECT_EQ(mode(path("a")), 0600U);
}

TEST_F(Files, WhatAKilledProcessLeftIsWrittenOver) {
  const pid_t child = fork();
  if (child == 0) {
    const int descriptor = ::open(path("a.unfinished").c_str(), O_WRONLY | O_CREAT, 0644);
    ::flock(descriptor, LOCK_EX);
    _exit(::write(descriptor, "half of a longer file", 21) == 21 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  write_file(path("a"), "whole");
  EXPECT_EQ(read_file(path("a")), "whole");
  EXPECT_EQ(count(), 1U);
  write_file(path("b.unfinished"), "left");
  remove_unfinished_files(path("."));
  EXPECT_EQ(count(), 1U);
}

TEST_F(Files, WritersOfOneFileDoNotMix) {
  const std::string one(100000, '1');
  const std::string two(200000, '2');
  auto write_often = [&](const std::string& bytes) {
    for (int i = 0; i < 50; ++i) write_file(path("a"), bytes);
  };
  std::thread other(write_often, two);
  write_often(one);
  other.join();
  const std::string found = read_file(path("a"));
  EXPECT_TRUE(found == one || found == two);
  EXPECT_EQ(count(), 1U);
}

TEST_F(Files, ReadErrorsSayWhoseFaultItIs) {
  EXPECT_EQ(code([&] { read_file(path("none")); }), ErrorCode::not_found);
  EXPECT_EQ(code([&] { read_file(path(".")); }), ErrorCode::invalid_argument);
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
