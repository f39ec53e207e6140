#include "sluice/cli/init_command.h"

#include <algorithm>

#include "sluice/base/error.h"
#include "sluice/base/write_check.h"
#include "sluice/cli/text.h"
#include "sluice/data/known_sets.h"
#include "sluice/data/source.h"
#include "sluice/experiment/starter.h"

namespace sluice::cli {
namespace {

/// A text that YAML reads as one, also within a map.
std::string quoted(const std::string& text) { return Json(text).dump(); }

/// A file as an experiment beside it would name it.
std::string from_experiment(const std::string& file, const Path& experiment) {
  const Path folder = std::filesystem::absolute(experiment).parent_path();
  return quoted(std::filesystem::absolute(file).lexically_proximate(folder).string());
}

bool has_split(const KnownSet& set, std::string_view name) {
  return std::ranges::any_of(set.splits, [&](const KnownSplit& split) { return split.name == name; });
}

/// The data that a request names, and how an experiment does.
Starter starter_of(const InitRequest& request, const Path& output, const CommonOptions& common) {
  Starter starter{.name = output.stem().string()};
  SourceContext context{.data_dir = common.data_dir};
  if (const KnownSet* set = find_known_set(request.data.substr(0, request.data.find('/')))) {
    starter.sources =
        "train: " + set->name + "/train" + (has_split(*set, "test") ? ", test: " + set->name + "/test" : "");
    starter.rows = load_files({set->name + "/train"}, "", context);
    return starter;
  }
  starter.rows = load_files({request.data}, request.labels, context);
  const std::string file = from_experiment(request.data, output);
  const bool npz = request.labels.empty();
  starter.sources = npz ? "train: {npz: " + file + "}"
                        : "train: {images: " + file + ", labels: " + from_experiment(request.labels, output) + "}";
  return starter;
}

Path output_of(const InitRequest& request) {
  if (!request.output.empty()) return request.output;
  return Path(Path(request.data.substr(0, request.data.find('/'))).stem().string() + ".yaml");
}

}  // namespace

CommandResult run_init(const InitRequest& request, const CommonOptions& common, Progress&) {
  const Path output = output_of(request);
  if (std::filesystem::exists(output))
    throw Error(ErrorCode::conflict, output.string() + " is there already; name another file with --output");
  check_writable(output);
  const Starter starter = starter_of(request, output, common);
  write_file(output, starter_experiment(starter));
  const std::string file = shell_text(output.string());
  return {.json = Json::Object{{"experiment", output.string()}},
          .text = "wrote " + output.string() + "\n\nsluice check " + file + "   shapes, memory, expected time\n" +
                  "sluice train " + file + "   trains it once, with its defaults\n" + "sluice tune " + file +
                  "    searches its space\n",
          .error = {}};
}

}  // namespace sluice::cli
