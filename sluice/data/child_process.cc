#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

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

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const Path& folder, const std::string& hint) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  Path output = folder / ".output";
  Path errors = folder / ".errors";
  FileActions actions(folder, output, errors);
  pid_t process = 0;
  int error = posix_spawnp(&process, pointers[0], actions.get(), nullptr, pointers.data(), environ);
  if (error == ENOENT) throw Error(ErrorCode::failed, "program " + arguments[0] + " is missing; " + hint);
  if (error != 0) throw Error(ErrorCode::io, "cannot start " + arguments[0] + ": " + std::strerror(error));
  int exit_code = wait_for(process);
  return {exit_code, read_file(output), read_file(errors)};
}

}  // namespace sluice
