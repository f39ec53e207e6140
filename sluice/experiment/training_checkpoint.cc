#include "sluice/experiment/training_checkpoint.h"

#include "sluice/base/differences.h"

namespace sluice {
namespace {

Path path_of(const Path& model) { return model.string() + ".checkpoint"; }

}  // namespace

TrainingCheckpoint::TrainingCheckpoint(const Path& model, Json identity)
    : path_(path_of(model)), identity_(std::move(identity)) {}

bool TrainingCheckpoint::is_there() const { return std::filesystem::exists(path_); }

bool TrainingCheckpoint::check(const Path& model, bool resume) {
  const Path path = path_of(model);
  const bool is_there = std::filesystem::exists(path);
  if (resume || !is_there) return is_there;
  throw Error(ErrorCode::conflict,
              path.string() +
                  " is there: a training of this model was cut off. Add --resume to go on with it, "
                  "or remove the file to start anew");
}

std::optional<Checkpoint> TrainingCheckpoint::load(const Graph& graph, const Optimizer& optimizer) const {
  if (!is_there()) return std::nullopt;
  Checkpoint checkpoint = read_checkpoint(read_file(path_), path_.string());
  const Json there = checkpoint.identity.is_null() ? Json::object() : checkpoint.identity;
  const std::string places = differences(there, identity_);
  if (!places.empty()) {
    throw Error(ErrorCode::conflict, path_.string() + " is of another training; it differs in " + places +
                                         ". Take another --output, or remove the file to start anew");
  }
  if (!fits(checkpoint, graph, optimizer)) throw invalid(path_.string() + ": the checkpoint does not fit its training");
  return checkpoint;
}

void TrainingCheckpoint::write(Checkpoint checkpoint) {
  const auto begin = Clock::now();
  checkpoint.identity = identity_;
  write_file(path_, write_checkpoint(checkpoint));
  last_end_ = Clock::now();
  last_cost_ = last_end_ - begin;
}

void TrainingCheckpoint::keep(const Checkpoint& checkpoint) {
  constexpr int share = 20;
  if (Clock::now() - last_end_ >= (share - 1) * last_cost_) write(checkpoint);
}

void TrainingCheckpoint::remove() const {
  constexpr size_t letters = 6;  // Behind a dot, of the file that `write_file` writes aside.
  const std::string aside = path_.filename().string() + ".";
  const Path folder = path_.has_parent_path() ? path_.parent_path() : Path(".");
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string file = entry.path().filename().string();
    if (file.starts_with(aside) && file.size() == aside.size() + letters)
      std::filesystem::remove(entry.path(), ignored);
  }
  std::filesystem::remove(path_, ignored);
}

}  // namespace sluice
