#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "sluice/tune/journal.h"
#include "sluice/tune/study.h"

namespace sluice::testing {

/// A folder that is empty at first and removed at the end; in memory where the system has a place for that.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::string& name)
      : path_(root() / ("sluice_" + name + "_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ScratchDirectory() { std::filesystem::remove_all(path_); }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const Path& path() const { return path_; }
  Path operator/(const std::string& name) const { return path_ / name; }

 private:
  static Path root() {
    return ::access("/dev/shm", W_OK) == 0 ? Path("/dev/shm") : std::filesystem::temp_directory_path();
  }

  Path path_;
};

/// The options of a small study over `units` and `rate`.
inline StudyOptions study_options(const Path& directory) {
  StudyOptions options;
  options.directory = directory;
  options.trials = 12;
  options.slots = 4;
  options.seed = 1;
  options.objective = Objective::parse("max accuracy");
  options.space =
      Space::read(Json::parse(R"({"units": {"int": [1, 40]}, "rate": {"float": [0.001, 1], "log": true}})"));
  options.defaults = Json::parse(R"({"units": 7, "rate": 0.1})");
  return options;
}

/// What a study decided: the lines of kinds job, pause and end, in order.
inline std::vector<std::string> decisions_of(const Path& directory) {
  std::vector<std::string> lines;
  for (const Json& record : read_journal(directory).records) {
    const std::string& kind = record.at("kind").as_string();
    if (kind == "job" || kind == "pause" || kind == "end") lines.push_back(record.dump());
  }
  return lines;
}

}  // namespace sluice::testing
