#include "sluice/experiment/callback_files.h"

#include "sluice/experiment/callback.h"
#include "sluice/experiment/document.h"

namespace sluice {
namespace {

/// A file that callbacks leave alone, and what it is.
struct TakenFile {
  Path path;
  std::string role;
};

/// Adds the files that a part of the experiment names, in whatever form it does.
void add_named_files(const Json& part, const Path& folder, const std::string& role, std::vector<TakenFile>& files) {
  std::error_code none;
  if (part.is_string()) {
    const Path path = folder / part.as_string();
    if (std::filesystem::is_regular_file(path, none)) files.push_back({path, role});
  } else if (part.is_array()) {
    for (const Json& element : part.as_array()) add_named_files(element, folder, role, files);
  } else if (part.is_object()) {
    for (const auto& [key, value] : part.as_object()) add_named_files(value, folder, role, files);
  }
}

std::vector<TakenFile> taken_files(const Experiment& experiment, const Path& output) {
  const std::string data = "a file of the data";
  std::vector<TakenFile> files = {{experiment.document->name, "the experiment"},
                                  {output, "the output of the training"}};
  for (const Json* source : {&experiment.data.train, &experiment.data.test, &experiment.data.validation.source})
    add_named_files(*source, experiment.directory, data, files);
  if (const Json* model = experiment.document->value.find("model"); model != nullptr && model->is_string())
    add_named_files(*model, experiment.directory, "the model that training starts from", files);
  return files;
}

/// Whether two paths are one file, which need not be there yet.
bool same_file(const Path& a, const Path& b) {
  std::error_code none;
  if (std::filesystem::equivalent(a, b, none)) return true;
  const auto full = [&](const Path& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path), none);
  };
  return full(a) == full(b);
}

}  // namespace

void check_callback_files(const Experiment& experiment, const TrialPlan& plan, const Path& output) {
  std::vector<TakenFile> taken = taken_files(experiment, output);
  for (size_t i = 0; i < plan.callbacks.size(); ++i) {
    const Callback& callback = *plan.callbacks[i];
    const Path file = callback.file();
    if (file.empty()) continue;
    for (const TakenFile& other : taken) {
      if (!same_file(file, other.path)) continue;
      const PathError error(join_path("/fit/callbacks", i), std::string(callback.class_name()) + ": " + file.string() +
                                                                " is " + other.role + "; name another file");
      throw experiment.document->located(error);
    }
    taken.push_back({file, "the file of another callback"});
  }
}

}  // namespace sluice
