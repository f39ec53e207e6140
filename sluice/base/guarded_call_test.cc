#include "sluice/base/guarded_call.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

namespace sluice {
namespace {

TEST(GuardedCall, ReturnsWhatWasWritten) {
  const std::string large(5'000'000, 'x');
  const GuardedResult result = guarded_call({}, [&](const WriteBytes& write) {
    write("a");
    write(large);
  });
  EXPECT_EQ(result.fault, "");
  EXPECT_EQ(result.output, "a" + large);
}

TEST(GuardedCall, SurvivesCrashes) {
  auto result = guarded_call({}, [](const WriteBytes& write) {
    write("half");
    std::raise(SIGSEGV);
  });
  EXPECT_EQ(result.fault, "crashed (signal 11)");
  EXPECT_EQ(result.output, "half");
  result = guarded_call({}, [](const WriteBytes&) { std::abort(); });
  EXPECT_EQ(result.fault, "crashed (signal 6)");
  result = guarded_call({}, [](const WriteBytes&) { throw std::runtime_error("lost"); });
  EXPECT_EQ(result.fault, "failed, perhaps for want of memory");
}

TEST(GuardedCall, EndsWhatRunsOn) {
  volatile bool forever = true;
  auto result = guarded_call({.cpu_seconds = 1}, [&](const WriteBytes&) {
    while (forever) {
    }
  });
  EXPECT_EQ(result.fault, "took more than 1 s of processor time");
  result =
      guarded_call({.wall_seconds = 1}, [](const WriteBytes&) { std::this_thread::sleep_for(std::chrono::hours(1)); });
  EXPECT_EQ(result.fault, "took more than 1 s");
}

#ifndef __SANITIZE_ADDRESS__
TEST(GuardedCall, LimitsMemory) {
  const auto result = guarded_call({.memory = 1 << 24}, [](const WriteBytes&) {
    for (std::vector<std::string> all;;) all.emplace_back(1 << 20, 'x');
  });
  EXPECT_NE(result.fault, "");
}
#endif

TEST(GuardedCall, LimitsFilesAndOutput) {
  auto result = guarded_call({}, [](const WriteBytes& write) {
#ifdef __SANITIZE_ADDRESS__
    const bool opens = false;  // The sanitizer needs a few files.
#else
    const bool opens = ::open("/dev/null", O_RDONLY) >= 0;
#endif
    const bool any = opens || ::fcntl(2, F_GETFD) >= 0;
    write(any ? "open" : "none");
  });
  EXPECT_EQ(result.output, "none");
  result = guarded_call({.output = 1000}, [](const WriteBytes& write) { write(std::string(2000, 'x')); });
  EXPECT_EQ(result.fault, "gave too much");
}

TEST(GuardedCall, MayBeMadeBesideThreadsThatAllocate) {
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop) std::string(100'000, 'x').append("y");
  });
  for (int i = 0; i < 50; ++i) {
    const auto result = guarded_call({}, [](const WriteBytes& write) { write(std::string(200'000, 'z')); });
    EXPECT_EQ(result.output.size(), 200'000U);
  }
  stop = true;
  other.join();
}

}  // namespace
}  // namespace sluice
