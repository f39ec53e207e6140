#include "sluice/cli/memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace sluice::cli {
namespace {

/// A folder that stands for the system's files.
class Memory : public ::testing::Test {
 protected:
  Memory() : root_(std::filesystem::temp_directory_path() / ("sluice_memory_" + std::to_string(getpid()))) {
    std::filesystem::remove_all(root_);
    put("proc/meminfo", "MemTotal:       24000000 kB\nMemAvailable:    1000000 kB\n");
  }
  ~Memory() override { std::filesystem::remove_all(root_); }

  void put(const Path& file, const std::string& text) const {
    make_directories((root_ / file).parent_path());
    write_file(root_ / file, text);
  }

  Path root_;
};

TEST_F(Memory, IsWhatTheMachineHasFree) { EXPECT_EQ(available_memory(root_), 1024000000); }

TEST_F(Memory, IsWhatTheTightestGroupLeaves) {
  put("proc/self/cgroup", "0::/user/session\n");
  put("sys/fs/cgroup/user/session/memory.max", "max\n");
  put("sys/fs/cgroup/user/session/memory.current", "5\n");
  EXPECT_EQ(available_memory(root_), 1024000000);
  put("sys/fs/cgroup/user/memory.max", "700\n");
  put("sys/fs/cgroup/user/memory.current", "500\n");
  EXPECT_EQ(available_memory(root_), 200);
  put("sys/fs/cgroup/user/memory.stat", "anon 3\ninactive_file 70\nactive_file 9\n");
  EXPECT_EQ(available_memory(root_), 270);
  put("sys/fs/cgroup/memory.max", "300\n");
  put("sys/fs/cgroup/memory.current", "400\n");
  EXPECT_EQ(available_memory(root_), 0);
}

TEST_F(Memory, KnowsGroupsOfVersion1) {
  put("proc/self/cgroup", "10:cpu:/\n9:pids,memory:/user/session\n0::/\n");
  put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  put("sys/fs/cgroup/memory/memory.usage_in_bytes", "100\n");
  EXPECT_EQ(available_memory(root_), 1024000000);
  put("sys/fs/cgroup/memory/user/session/memory.limit_in_bytes", "700\n");
  put("sys/fs/cgroup/memory/user/session/memory.usage_in_bytes", "500\n");
  put("sys/fs/cgroup/memory/user/session/memory.stat", "inactive_file 3\ntotal_inactive_file 70\n");
  EXPECT_EQ(available_memory(root_), 270);
}

TEST_F(Memory, IsUnknownWithoutTheFiles) { EXPECT_EQ(available_memory(root_ / "nowhere"), std::nullopt); }

TEST(AvailableMemory, OfThisMachine) { EXPECT_GT(available_memory().value_or(0), 1 << 20); }

}  // namespace
}  // namespace sluice::cli
