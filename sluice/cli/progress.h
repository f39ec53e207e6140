#pragma once

#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::cli {

enum class ProgressStyle {
  none,   ///< Nothing is written.
  plain,  ///< Lines that stay, for files and pipes.
  live,   ///< Lines at the bottom of a terminal that are drawn anew.
};

/// Returns the style for a stream: live on a terminal that can move its cursor, plain elsewhere, none when `quiet`.
ProgressStyle progress_style(std::FILE* stream, bool quiet);

/// Draws what a command is doing. Its methods may be called from several threads.
class Progress {
 public:
  Progress(std::FILE* stream, ProgressStyle style);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  ProgressStyle style() const { return style_; }

  /// Writes a line that stays, above the live lines.
  void line(const std::string& text);

  /// Writes "sluice: warning: …".
  void warn(const std::string& text) { line("sluice: warning: " + text); }

  /// From now on draws the lines that `render` returns, a few times a second, cut to the terminal's width. `render` is
  /// called on another thread. Nothing happens in the other styles.
  void show(std::function<std::vector<std::string>()> render);

  /// Takes the live lines away.
  void hide();

 private:
  std::FILE* stream_;
  ProgressStyle style_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::function<std::vector<std::string>()> render_;
  size_t drawn_ = 0;  ///< Live lines that stand on the terminal.
  std::thread thread_;
  bool ending_ = false;

  void run();
  std::string erasure();
  std::string live_lines();
  void write(const std::string& text);
};

}  // namespace sluice::cli
