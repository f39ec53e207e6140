#pragma once

#include <string>
#include <vector>

#include "sluice/base/scratch_folder_testing.h"
#include "sluice/tune/journal.h"
#include "sluice/tune/study.h"

namespace sluice::testing {

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
