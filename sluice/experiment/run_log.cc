#include "sluice/experiment/run_log.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sluice/base/error.h"
#include "sluice/base/utc_time.h"

namespace sluice {
namespace {

/// Makes an empty file; says whether it was not there before.
bool make_file(const Path& path) {
  std::FILE* file = std::fopen(path.c_str(), "wxe");
  if (file == nullptr && errno == EEXIST) return false;
  if (file == nullptr) throw Error(ErrorCode::io, "cannot write " + path.string() + ": " + std::strerror(errno));
  std::fclose(file);
  return true;
}

Path path_of(const Path& folder, const std::string& name) { return folder / (name + ".jsonl"); }

/// Makes the file of a new run and returns the run's name.
std::string make_run(const Path& folder, const std::string& experiment) {
  make_directories(folder);
  const std::string first = utc_now("%Y%m%d-%H%M%S") + "-" + experiment;
  std::string name = first;
  for (int number = 2; !make_file(path_of(folder, name)); ++number) name = first + "_" + std::to_string(number);
  return name;
}

}  // namespace

RunLog::RunLog(const Path& folder, const std::string& experiment, const Json& facts)
    : name_(make_run(folder, experiment)),
      path_(path_of(folder, name_)),
      lock_(path_, path_.string() + " is being written by another process"),
      file_(path_, 0) {
  pending_ = facts.dump() + "\n";
  try {
    flush();
  } catch (const Error&) {
    discard();
    throw;
  }
}

void RunLog::add(const Json& line) {
  constexpr int share = 20;
  pending_ += line.dump() + "\n";
  if (Clock::now() - last_end_ >= (share - 1) * last_cost_) flush();
}

void RunLog::end(const Json& line) {
  pending_ += line.dump() + "\n";
  flush();
}

void RunLog::discard() const {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void RunLog::flush() {
  const auto begin = Clock::now();
  file_.append(pending_);
  pending_.clear();
  last_end_ = Clock::now();
  last_cost_ = last_end_ - begin;
}

}  // namespace sluice
