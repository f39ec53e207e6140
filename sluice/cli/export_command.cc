#include "sluice/cli/export_command.h"

#include <fmt/format.h>

#include "sluice/base/write_check.h"
#include "sluice/cli/text.h"
#include "sluice/experiment/study_export.h"
#include "sluice/tune/optuna_journal.h"

namespace sluice::cli {
namespace {

std::string study_name(const Path& directory) {
  return std::filesystem::absolute(directory).lexically_normal().filename().string();
}

}  // namespace

CommandResult run_export(const ExportRequest& request, const CommonOptions&, Progress&) {
  if (!std::filesystem::is_directory(request.study))
    throw invalid("export expects the folder of a study, got " + request.study.string());
  const StudySummary study = summarize_study(request.study);
  const bool optuna = request.to.extension() == ".log";
  if (optuna) {
    check_writable(request.to);
    write_file(request.to, optuna_journal(study, study_name(request.study)));
  } else if (request.to.extension().empty()) {
    export_to_tensorboard(study, request.to);
  } else {
    throw invalid("--to expects FILE.log (a journal of Optuna) or a folder (TensorBoard), got " + request.to.string());
  }
  const std::string trials = count_text(static_cast<int64_t>(study.trials.size()));
  const std::string text = optuna ? fmt::format("{} trials of \"{}\" written to {}\n", trials,
                                                study_name(request.study), request.to.string())
                                  : fmt::format("{} trials written to {}\n\ntensorboard --logdir {}\n", trials,
                                                request.to.string(), shell_text(request.to.string()));
  return {.json = Json::Object{{"study", request.study.string()},
                               {"trials", static_cast<int64_t>(study.trials.size())},
                               {"format", optuna ? "optuna" : "tensorboard"},
                               {"to", request.to.string()}},
          .text = text,
          .error = {}};
}

}  // namespace sluice::cli
