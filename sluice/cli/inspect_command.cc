#include "sluice/cli/inspect_command.h"

#include "sluice/cli/describe_model.h"
#include "sluice/cli/describe_plan.h"
#include "sluice/cli/describe_study.h"
#include "sluice/cli/memory.h"
#include "sluice/cli/text.h"
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

void check_profile_memory(const Model& model, PlanMode mode, int64_t batch) {
  const std::optional<int64_t> free = available_memory();
  const std::optional<int64_t> needed = profile_memory(model, mode, batch);
  if (needed && (!free || *needed <= *free)) return;
  const std::string takes = needed ? "about " + bytes_text(*needed) : "more than there can be";
  throw Error(ErrorCode::io, "out of memory: a step of " + count_text(batch) + " rows takes " + takes +
                                 (free ? ", " + bytes_text(*free) + " are free" : "") + "; try a smaller --batch");
}

CommandResult inspect_plan(const InspectRequest& request) {
  const Model model = load_model(request.path);
  const int64_t batch = request.batch.value_or(32);
  const PlanMode mode = request.training ? PlanMode::training : PlanMode::inference;
  check_profile_memory(model, mode, batch);
  const PlanProfile profile = profile_plan(model, mode, batch);
  const PlanOfModel described{request.path, request.training, batch, profile};
  return {.json = plan_json(described), .text = plan_text(described), .error = {}};
}

void check_flags(const InspectRequest& request) {
  if (!request.plan && (request.training || request.batch))
    throw invalid("inspect: --training and --batch go with --plan");
  if (request.plan && std::filesystem::is_directory(request.path))
    throw invalid("inspect --plan expects a model file, got the folder " + request.path.string());
}

}  // namespace

CommandResult run_inspect(const InspectRequest& request, const CommonOptions&, Progress&) {
  check_flags(request);
  if (request.plan) return inspect_plan(request);
  return std::filesystem::is_directory(request.path) ? inspect_study(request.path) : inspect_model(request.path);
}

}  // namespace sluice::cli
