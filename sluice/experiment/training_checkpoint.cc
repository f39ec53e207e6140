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

std::optional<int64_t> TrainingCheckpoint::threads(const Path& model) {
  const Path path = path_of(model);
  if (!std::filesystem::exists(path)) return std::nullopt;
  const Json identity = read_checkpoint(read_file(path), path.string()).identity;
  const Json* threads = identity.is_object() ? identity.find("threads") : nullptr;
  return threads != nullptr && threads->is_integer() ? std::optional(threads->as_integer()) : std::nullopt;
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
  std::error_code ignored;
  std::filesystem::remove(path_.string() + ".unfinished", ignored);
  std::filesystem::remove(path_, ignored);
}

}  // namespace sluice
