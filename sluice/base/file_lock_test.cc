#include "sluice/base/file_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "sluice/base/error.h"
#include "sluice/base/scratch_folder_testing.h"

namespace sluice {
namespace {

/// What another process makes of the lock: 0 it gets it, 7 it is held, 1 anything else.
int try_lock(const Path& path) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      FileLock lock(path, "busy");
      _exit(0);
    } catch (const Error& error) {
      _exit(error.code() == ErrorCode::conflict && std::string(error.what()) == "busy" ? 7 : 1);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(FileLock, HoldsBetweenProcesses) {
  const testing::ScratchFolder folder;
  const Path path = folder / "lock";
  EXPECT_FALSE(FileLock::is_held(path));
  {
    FileLock lock(path, "busy");
    EXPECT_EQ(try_lock(path), 7);
    EXPECT_TRUE(FileLock::is_held(path));
  }
  EXPECT_FALSE(FileLock::is_held(path));
  EXPECT_EQ(try_lock(path), 0);
}

TEST(FileLock, NeedsItsFolder) { EXPECT_THROW(FileLock("/nowhere/at/all/lock", "busy"), Error); }

}  // namespace
}  // namespace sluice
