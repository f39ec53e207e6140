#include "sluice/base/guarded_call.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "sluice/base/error.h"

namespace sluice {
namespace {

constexpr int no_output = 3;  // Exit codes of the child.
constexpr int exception = 4;
constexpr int pipe_bytes = 1 << 20;

#ifdef __SANITIZE_ADDRESS__
constexpr bool limits_address_space = false;  // The sanitizer reserves terabytes, and hangs where it gets no more.
constexpr int64_t most_files = 16;            // It opens pipes to see whether memory can be read.
bool must_not_fork() {
  const auto tasks = std::filesystem::directory_iterator("/proc/self/task");
  return std::distance(begin(tasks), end(tasks)) > 1;
}
#else
constexpr bool limits_address_space = true;
constexpr int64_t most_files = 0;
bool must_not_fork() { return false; }
#endif

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorCode::io, std::string("cannot ") + what + ": " + std::strerror(errno));
}

/// Bytes of address space that this process has.
int64_t address_space() {
  long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%ld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * ::sysconf(_SC_PAGESIZE);
}

void limit(int resource, int64_t most) {
  rlimit current{};
  ::getrlimit(static_cast<__rlimit_resource>(resource), &current);
  const rlim_t value = std::min(static_cast<rlim_t>(most), current.rlim_max);
  const rlimit wanted{value, value};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &wanted);
}

void send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) ::_exit(no_output);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

/// The life of the child.
[[noreturn]] void run_child(int output, int64_t address_space_before, const GuardLimits& limits,
                            const std::function<void(const WriteBytes&)>& work) {
  for (int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGPIPE}) std::signal(signal, SIG_DFL);
  if (output > 0) ::close_range(0, static_cast<unsigned>(output) - 1, 0);
  ::close_range(static_cast<unsigned>(output) + 1, ~0U, 0);
  limit(RLIMIT_NOFILE, most_files);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, limits.cpu_seconds);
  if (limits_address_space) limit(RLIMIT_AS, address_space_before + limits.memory);
  try {
    work([output](std::string_view bytes) { send_all(output, bytes); });
  } catch (...) {
    ::_exit(exception);
  }
  ::_exit(0);
}

/// The end of a pipe and the process behind it, which is gone when this is.
class Child {
 public:
  Child(pid_t process, int output) : process_(process), output_(output) {}
  ~Child() {
    ::close(output_);
    if (process_ > 0) end(SIGKILL);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Reads to the end; returns the fault that stopped it, or "".
  std::string read(std::string& bytes, const GuardLimits& limits) const {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + std::chrono::seconds(limits.wall_seconds);
    for (size_t filled = 0;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      pollfd readable{output_, POLLIN, 0};
      const int ready = ::poll(&readable, 1, static_cast<int>(std::max<int64_t>(left, 0)));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return "took more than " + std::to_string(limits.wall_seconds) + " s";
      bytes.resize(filled + pipe_bytes);
      const ssize_t got = ::read(output_, bytes.data() + filled, pipe_bytes);
      filled += static_cast<size_t>(std::max<ssize_t>(got, 0));
      bytes.resize(filled);
      if (got < 0 && errno != EINTR) fail("read from a child process");
      if (got == 0) return "";
      if (static_cast<int64_t>(filled) > limits.output) return "gave too much";
    }
  }

  /// Waits for the end of the process; returns what was wrong with it, or "".
  std::string wait(const GuardLimits& limits) {
    const int status = end(0);
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
      return "took more than " + std::to_string(limits.cpu_seconds) + " s of processor time";
    if (WIFSIGNALED(status)) return "crashed (signal " + std::to_string(WTERMSIG(status)) + ")";
    if (WEXITSTATUS(status) == exception) return "failed, perhaps for want of memory";
    return WEXITSTATUS(status) == 0 ? "" : "crashed";
  }

 private:
  pid_t process_;
  int output_;

  /// Sends the signal, if any, and takes the process from the system's table.
  int end(int signal) {
    if (signal != 0) ::kill(process_, signal);
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status;
  }
};

GuardedResult call_here(const std::function<void(const WriteBytes&)>& work) {
  GuardedResult result;
  work([&](std::string_view bytes) { result.output += bytes; });
  return result;
}

}  // namespace

GuardedResult guarded_call(const GuardLimits& limits, const std::function<void(const WriteBytes&)>& work) {
  if (must_not_fork()) return call_here(work);
  const int64_t before = address_space();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("make a pipe");
  ::fcntl(ends[1], F_SETPIPE_SZ, pipe_bytes);
  const pid_t process = ::fork();
  if (process == 0) run_child(ends[1], before, limits, work);
  ::close(ends[1]);
  if (process < 0) {
    ::close(ends[0]);
    fail("make a child process");
  }
  Child child(process, ends[0]);
  GuardedResult result;
  result.fault = child.read(result.output, limits);
  if (result.fault.empty()) result.fault = child.wait(limits);
  return result;
}

}  // namespace sluice
