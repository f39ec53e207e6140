#include "sluice/cli/report_command.h"

#include "sluice/base/write_check.h"
#include "sluice/tune/report/report.h"

namespace sluice::cli {

CommandResult run_report(const ReportRequest& request, const CommonOptions&, Progress&) {
  const Path output = request.output.empty() ? report_path(request.study) : request.output;
  summarize_study(request.study);  // Whether there is one, before anything is said of the output.
  check_writable(output);
  write_report(request.study, output);
  return {.json = Json::Object{{"report", output.string()}}, .text = "wrote " + output.string() + "\n", .error = {}};
}

}  // namespace sluice::cli
