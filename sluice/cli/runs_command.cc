#include "sluice/cli/runs_command.h"

#include <unistd.h>

#include "sluice/cli/describe_runs.h"
#include "sluice/experiment/run_record.h"

namespace sluice::cli {

CommandResult run_runs(const RunsRequest& request, const CommonOptions&, Progress&) {
  if (request.compare.empty()) {
    const std::vector<RunRecord> runs = read_runs(runs_folder);
    return {.json = runs_json(runs), .text = runs_text(runs, runs_folder), .error = {}};
  }
  const RunRecord a = find_run(runs_folder, request.compare.at(0));
  const RunRecord b = find_run(runs_folder, request.compare.at(1));
  const bool with_chart = ::isatty(STDOUT_FILENO) != 0;
  return {.json = comparison_json(a, b), .text = comparison_text(a, b, with_chart), .error = {}};
}

}  // namespace sluice::cli
