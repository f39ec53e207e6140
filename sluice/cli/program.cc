#include "sluice/cli/program.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>

#include "sluice/base/version.h"
#include "sluice/cli/check_command.h"
#include "sluice/cli/command_line.h"
#include "sluice/cli/datasets_command.h"
#include "sluice/cli/evaluate_command.h"
#include "sluice/cli/exit_code.h"
#include "sluice/cli/export_command.h"
#include "sluice/cli/help_command.h"
#include "sluice/cli/init_command.h"
#include "sluice/cli/inspect_command.h"
#include "sluice/cli/interrupt.h"
#include "sluice/cli/predict_command.h"
#include "sluice/cli/report_command.h"
#include "sluice/cli/runs_command.h"
#include "sluice/cli/schema_command.h"
#include "sluice/cli/text.h"
#include "sluice/cli/train_command.h"
#include "sluice/cli/tune_command.h"
#include "sluice/cli/watch_command.h"

namespace sluice::cli {
namespace {

CommandResult run_version() {
  return {.json = Json::Object{{"version", program_version}},
          .text = std::string("sluice ") + program_version + "\n",
          .error = {}};
}

CommandResult run_request(const Request& request, const CommonOptions& common, Progress& progress) {
  struct {
    const CommonOptions& common;
    Progress& progress;
    CommandResult operator()(const VersionRequest&) { return run_version(); }
    CommandResult operator()(const HelpRequest& request) { return run_help(request, common, progress); }
    CommandResult operator()(const TrainRequest& request) { return run_train(request, common, progress); }
    CommandResult operator()(const TuneRequest& request) { return run_tune(request, common, progress); }
    CommandResult operator()(const CheckRequest& request) { return run_check(request, common, progress); }
    CommandResult operator()(const InitRequest& request) { return run_init(request, common, progress); }
    CommandResult operator()(const EvaluateRequest& request) { return run_evaluate(request, common, progress); }
    CommandResult operator()(const PredictRequest& request) { return run_predict(request, common, progress); }
    CommandResult operator()(const InspectRequest& request) { return run_inspect(request, common, progress); }
    CommandResult operator()(const ExportRequest& request) { return run_export(request, common, progress); }
    CommandResult operator()(const ReportRequest& request) { return run_report(request, common, progress); }
    CommandResult operator()(const WatchRequest& request) { return run_watch(request, common, progress); }
    CommandResult operator()(const RunsRequest& request) { return run_runs(request, common, progress); }
    CommandResult operator()(const DatasetsRequest& request) { return run_datasets(request, common, progress); }
    CommandResult operator()(const SchemaRequest& request) { return run_schema(request, common, progress); }
  } run{common, progress};
  return std::visit(run, request);
}

/// Parses and runs; whatever goes wrong becomes the error of the result.
CommandResult run_arguments(const std::vector<std::string>& arguments) {
  try {
    CommandLine line = parse_command_line(arguments);
    Progress progress(stderr, progress_style(stderr, line.common.quiet));
    return run_request(line.request, line.common, progress);
  } catch (const Error& error) {
    return {.error = error};
  } catch (const std::bad_alloc& error) {
    const std::string said = error.what();
    return {.error = Error(ErrorCode::io, said.starts_with("out of memory") ? said : "memory is short")};
  } catch (const std::exception& error) {
    return {.error = Error(ErrorCode::internal, error.what())};
  }
}

void add_error(Json& json, const Error& error) {
  json["error"] = Json::Object{{"code", to_string(error.code())}, {"message", error.what()}};
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

void print_error(const Error& error) {
  std::fprintf(stderr, "sluice: error: %s\n", printable_text(one_line(error.what())).c_str());
}

/// Writes to standard output; a full disk or a closed file there is an error.
void print_result(const std::string& text) {
  bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return;
  throw Error(ErrorCode::io, std::string("cannot write to standard output: ") + std::strerror(errno));
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  watch_interrupts();             // From here on, while files are still being read.
  std::signal(SIGXFSZ, SIG_IGN);  // A file over its size limit is an error like a full disk.
  auto flags_end = std::find(arguments.begin(), arguments.end(), "--");
  bool json = std::find(arguments.begin(), flags_end, "--json") != flags_end;
  CommandResult result = run_arguments(arguments);
  bool printed = true;
  try {
    if (json && result.error) add_error(result.json, *result.error);
    print_result(json ? result.json.dump() + "\n" : printable_text(result.text));
  } catch (const Error& error) {
    result.error = error;
    printed = false;
  }
  if (result.error && !(json && printed)) print_error(*result.error);
  return result.error ? exit_code(result.error->code()) : 0;
}

}  // namespace sluice::cli
