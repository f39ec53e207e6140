#include "sluice/cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "sluice/cli/text.h"

namespace sluice::cli {
namespace {

constexpr auto frame = std::chrono::milliseconds(150);

struct TerminalSize {
  size_t columns = 80;
  size_t rows = 24;
};

TerminalSize terminal_size(std::FILE* stream) {
  winsize size = {};
  bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
  return known ? TerminalSize{size.ws_col, size.ws_row} : TerminalSize{};
}

}  // namespace

ProgressStyle progress_style(std::FILE* stream, bool quiet) {
  if (quiet) return ProgressStyle::none;
  const char* terminal = std::getenv("TERM");
  bool can_move = terminal && *terminal && std::string_view(terminal) != "dumb";
  return isatty(fileno(stream)) && can_move ? ProgressStyle::live : ProgressStyle::plain;
}

Progress::Progress(std::FILE* stream, ProgressStyle style) : stream_(stream), style_(style) {}

Progress::~Progress() { hide(); }

void Progress::line(const std::string& text) {
  if (style_ == ProgressStyle::none) return;
  std::lock_guard lock(mutex_);
  std::string output = erasure() + printable_text(text) + "\n";
  if (render_) output += live_lines();
  write(output);
}

void Progress::show(std::function<std::vector<std::string>()> render) {
  if (style_ != ProgressStyle::live) return;
  hide();
  ending_ = false;
  render_ = std::move(render);
  thread_ = std::thread([this] { run(); });
}

void Progress::hide() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
  thread_.join();
  write(erasure());
  render_ = nullptr;
}

void Progress::run() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, frame, [this] { return ending_; })) {
    std::string output = erasure();
    output += live_lines();
    write(output);
  }
}

std::string Progress::erasure() {
  std::string text;
  for (; drawn_ > 0; --drawn_) text += "\x1b[1A\x1b[2K";
  return text;
}

std::string Progress::live_lines() {
  TerminalSize size = terminal_size(stream_);
  std::vector<std::string> lines = render_();
  size_t first = lines.size() - std::min(lines.size(), size.rows - 1);  // The last lines say most.
  std::string text;
  for (size_t i = first; i < lines.size(); ++i) text += cut_text(printable_text(lines[i]), size.columns - 1) + "\n";
  drawn_ = lines.size() - first;
  return text;
}

void Progress::write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stream_);
  std::fflush(stream_);
}

}  // namespace sluice::cli
