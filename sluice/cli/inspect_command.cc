#include "sluice/cli/inspect_command.h"

#include "sluice/cli/describe_model.h"
#include "sluice/formats/keras_file.h"

namespace sluice::cli {

CommandResult run_inspect(const InspectRequest& request, const CommonOptions&, Progress&) {
  Model model = load_model(request.path);
  return {.json = model_json(model, request.path), .text = model_text(model, request.path), .error = {}};
}

}  // namespace sluice::cli
