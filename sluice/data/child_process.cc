#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "sluice/base/error.h"
#include "sluice/data/child_process_internal.h"

extern char** environ;

namespace sluice {
namespace {

class FileActions {
 public:
  FileActions(const Path& folder, const Path& output, const Path& errors) {
    constexpr int write_flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, output.c_str(), write_flags, 0600);
    posix_spawn_file_actions_addopen(&actions_, 2, errors.c_str(), write_flags, 0600);
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// A group of its own, so that a Ctrl-C reaches only us and we end all of it.
class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

/// Waits for the end of a process; ends it and its group when asked to stop.
int wait_for(pid_t process, const std::atomic<bool>* stop) {
  int status = 0;
  bool ended = false;
  while (::waitpid(process, &status, WNOHANG) == 0) {
    if (!ended && stop != nullptr && *stop) ended = ::kill(-process, SIGTERM) == 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const Path& folder, const std::string& hint,
                          const std::atomic<bool>* stop) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  Path output = folder / ".output";
  Path errors = folder / ".errors";
  const FileActions actions(folder, output, errors);
  const Attributes attributes;
  pid_t process = 0;
  int error = posix_spawnp(&process, pointers[0], actions.get(), attributes.get(), pointers.data(), environ);
  if (error == ENOENT) throw Error(ErrorCode::failed, "program " + arguments[0] + " is missing; " + hint);
  if (error != 0) throw Error(ErrorCode::io, "cannot start " + arguments[0] + ": " + std::strerror(error));
  int exit_code = wait_for(process, stop);
  if (stop != nullptr && *stop) throw Error(ErrorCode::interrupted, "interrupted; nothing was written");
  return {exit_code, read_file(output), read_file(errors)};
}

}  // namespace sluice
