#include "sluice/cli/progress.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace sluice::cli {
namespace {

/// What was written to a stream.
class Stream {
 public:
  std::FILE* file() { return file_.get(); }
  std::string text() {
    std::rewind(file());
    std::string text;
    for (int c = std::fgetc(file()); c != EOF; c = std::fgetc(file())) text += static_cast<char>(c);
    return text;
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{std::tmpfile(), std::fclose};
};

TEST(Progress, NoneWritesNothing) {
  Stream stream;
  Progress progress(stream.file(), ProgressStyle::none);
  progress.show([] { return std::vector<std::string>{"live"}; });
  progress.line("line");
  progress.warn("warning");
  EXPECT_EQ(stream.text(), "");
}

TEST(Progress, PlainWritesLinesOnly) {
  Stream stream;
  Progress progress(stream.file(), ProgressStyle::plain);
  progress.show([] { return std::vector<std::string>{"live"}; });
  progress.line("line");
  progress.warn("careful");
  EXPECT_EQ(stream.text(), "line\nsluice: warning: careful\n");
}

TEST(Progress, LiveLinesAreTakenAway) {
  Stream stream;
  Progress progress(stream.file(), ProgressStyle::live);
  progress.show([] { return std::vector<std::string>{"one", "two"}; });
  progress.line("stays");
  progress.hide();
  EXPECT_EQ(stream.text().substr(0, 14), "stays\none\ntwo\n");
  EXPECT_EQ(stream.text().substr(stream.text().size() - 16), "\x1b[1A\x1b[2K\x1b[1A\x1b[2K");
}

TEST(Progress, AFileIsNoTerminal) {
  Stream stream;
  EXPECT_EQ(progress_style(stream.file(), false), ProgressStyle::plain);
  EXPECT_EQ(progress_style(stream.file(), true), ProgressStyle::none);
}

}  // namespace
}  // namespace sluice::cli
