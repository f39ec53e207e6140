#include "sluice/cli/inspect_command.h"

#include "sluice/cli/describe_model.h"
#include "sluice/cli/describe_study.h"
#include "sluice/formats/keras_file.h"
#include "sluice/tune/journal.h"

namespace sluice::cli {
namespace {

CommandResult inspect_study(const Path& directory) {
  if (!std::filesystem::exists(journal_path(directory))) {
    throw invalid(directory.string() + " is a folder without " + journal_path(directory).filename().string() +
                  ": expected a model file or the folder of a study");
  }
  StudySummary study = summarize_study(directory);
  return {.json = study_json(study, directory), .text = study_text(study, directory), .error = {}};
}

CommandResult inspect_model(const Path& path) {
  Model model = load_model(path);
  return {.json = model_json(model, path), .text = model_text(model, path), .error = {}};
}

}  // namespace

CommandResult run_inspect(const InspectRequest& request, const CommonOptions&, Progress&) {
  return std::filesystem::is_directory(request.path) ? inspect_study(request.path) : inspect_model(request.path);
}

}  // namespace sluice::cli
