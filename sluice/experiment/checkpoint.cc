#include "sluice/experiment/checkpoint.h"

#include <bit>
#include <charconv>
#include <cstring>

#include "sluice/base/hash.h"
#include "sluice/tune/trial_runner.h"

namespace sluice {
namespace {

static_assert(std::endian::native == std::endian::little, "checkpoints are little-endian");

constexpr std::string_view magic = "SLUICECP";  // Persistent: never change; a new layout takes a new version.
constexpr uint32_t version = 2;
constexpr uint32_t oldest_version = 1;  // Without what the header's optional keys say.

template <class T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void put_floats(std::string& bytes, const Tensor& tensor) {
  auto floats = tensor.values<float>();
  bytes.append(reinterpret_cast<const char*>(floats.data()), floats.size_bytes());
}

[[noreturn]] void damaged(const std::string& name, const std::string& what) {
  throw CheckpointError(name + ": damaged checkpoint: " + what);
}

/// Takes values off the front of the bytes.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  std::string_view take(size_t count) {
    if (count > bytes_.size()) damaged(name_, "it is cut off");
    std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  template <class T>
  T get() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }

  Tensor floats(int64_t count) {
    if (count < 0 || static_cast<uint64_t>(count) > bytes_.size() / sizeof(float)) damaged(name_, "it is cut off");
    Tensor tensor(DType::float32, {count});
    std::string_view taken = take(tensor.bytes().size());
    std::memcpy(tensor.bytes().data(), taken.data(), taken.size());
    return tensor;
  }

  bool done() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  const std::string& name_;
};

/// The arrays of a checkpoint in the order of the file.
std::vector<const Tensor*> arrays_of(const Checkpoint& checkpoint) {
  std::vector<const Tensor*> arrays{&checkpoint.state.weights};
  for (const Tensor& slot : checkpoint.state.optimizer.slots) arrays.push_back(&slot);
  for (const CallbackState& callback : checkpoint.callbacks) arrays.push_back(&callback.weights);
  return arrays;
}

Json header_of(const Checkpoint& checkpoint) {
  const TrainingState& state = checkpoint.state;
  Json slots = Json::array();
  for (const Tensor& slot : state.optimizer.slots) slots.push_back(slot.size());
  Json callbacks = Json::array();
  for (const CallbackState& callback : checkpoint.callbacks) {
    callbacks.push_back(Json::Object{{"values", callback.values}, {"weights", callback.weights.size()}});
  }
  const std::optional<double>& rate = state.optimizer.learning_rate;
  return Json::Object{{"epoch", state.epoch},
                      {"iterations", state.optimizer.iterations},
                      {"learning_rate", rate ? Json(*rate) : Json()},
                      {"metrics", checkpoint.metrics},
                      {"weights", state.weights.size()},
                      {"slots", slots},
                      {"callbacks", callbacks},
                      {"stopped", checkpoint.stopped},
                      {"identity", checkpoint.identity}};
}

/// Returns the bytes without their checksum. Throws Error(io) unless it is right.
std::string_view checked(std::string_view bytes, const std::string& name) {
  if (!bytes.starts_with(magic)) damaged(name, "it is none");
  if (bytes.size() < magic.size() + 3 * sizeof(uint32_t)) damaged(name, "it is cut off");
  std::string_view body = bytes.substr(0, bytes.size() - sizeof(uint32_t));
  uint32_t stored;
  std::memcpy(&stored, bytes.data() + body.size(), sizeof(stored));
  if (stored != crc32c(body)) damaged(name, "its checksum is wrong");
  return body.substr(magic.size());
}

/// What version 2 added.
void read_additions(const Json& header, Checkpoint& checkpoint) {
  if (!header.at("learning_rate").is_null())
    checkpoint.state.optimizer.learning_rate = header.at("learning_rate").as_real();
  checkpoint.stopped = header.at("stopped").as_bool();
  checkpoint.identity = header.at("identity");
}

std::vector<CallbackState> read_callbacks(const Json& header, Reader& reader) {
  std::vector<CallbackState> callbacks;
  for (const Json& callback : header.at("callbacks").as_array()) {
    callbacks.push_back({callback.at("values"), reader.floats(callback.at("weights").as_integer())});
  }
  return callbacks;
}

Checkpoint read_body(Reader reader, const std::string& name) {
  auto found = reader.get<uint32_t>();
  if (found < oldest_version || found > version)
    damaged(name, "its version is " + std::to_string(found) + ", expected at most " + std::to_string(version));
  Json header = Json::parse(reader.take(reader.get<uint32_t>()));
  Checkpoint checkpoint;
  TrainingState& state = checkpoint.state;
  state.epoch = header.at("epoch").as_integer();
  state.optimizer.iterations = header.at("iterations").as_integer();
  checkpoint.metrics = header.at("metrics");
  if (found > oldest_version) read_additions(header, checkpoint);
  state.weights = reader.floats(header.at("weights").as_integer());
  for (const Json& size : header.at("slots").as_array()) {
    state.optimizer.slots.push_back(reader.floats(size.as_integer()));
  }
  if (found > oldest_version) checkpoint.callbacks = read_callbacks(header, reader);
  if (!reader.done()) damaged(name, "it is too long");
  return checkpoint;
}

constexpr std::string_view prefix = "epoch-";
constexpr std::string_view suffix = ".checkpoint";

/// Returns the epoch that a file name stands for, 0 for other files.
int64_t epoch_of(std::string_view file) {
  if (!file.starts_with(prefix) || !file.ends_with(suffix)) return 0;
  std::string_view number = file.substr(prefix.size(), file.size() - prefix.size() - suffix.size());
  int64_t epoch = 0;
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), epoch);
  return error == std::errc() && end == number.data() + number.size() ? epoch : 0;
}

}  // namespace

std::string write_checkpoint(const Checkpoint& checkpoint) {
  std::string header = header_of(checkpoint).dump();
  const std::vector<const Tensor*> arrays = arrays_of(checkpoint);
  std::string bytes(magic);
  size_t floats = 0;
  for (const Tensor* array : arrays) floats += array->bytes().size();
  bytes.reserve(bytes.size() + 3 * sizeof(uint32_t) + header.size() + floats);
  put(bytes, version);
  put(bytes, static_cast<uint32_t>(header.size()));
  bytes += header;
  for (const Tensor* array : arrays) put_floats(bytes, *array);
  put(bytes, crc32c(bytes));
  return bytes;
}

Checkpoint read_checkpoint(std::string_view bytes, const std::string& name) {
  std::string_view body = checked(bytes, name);
  try {
    return read_body(Reader(body, name), name);
  } catch (const CheckpointError&) {
    throw;
  } catch (const Error& error) {
    damaged(name, error.what());
  }
}

Path checkpoint_path(const Path& directory, int64_t epoch) {
  return directory / (std::string(prefix) + std::to_string(epoch) + std::string(suffix));
}

void save_checkpoint(const Checkpoint& checkpoint, const Path& directory) {
  write_file(checkpoint_path(directory, checkpoint.state.epoch), write_checkpoint(checkpoint));
}

bool fits(const Checkpoint& checkpoint, const Graph& graph, const Optimizer& optimizer) {
  const TrainingState& state = checkpoint.state;
  bool right = state.weights.size() == graph.weight_size() && state.optimizer.slots.size() == optimizer.slots().size();
  for (const Tensor& slot : state.optimizer.slots) right = right && slot.size() == graph.trainable_size();
  return right;
}

Checkpoint load_checkpoint(const Path& directory, int64_t epoch, const Graph& graph, const Optimizer& optimizer) {
  Path path = checkpoint_path(directory, epoch);
  if (!std::filesystem::exists(path)) throw CheckpointError(path.string() + ": the checkpoint is missing");
  Checkpoint checkpoint = read_checkpoint(read_file(path), path.string());
  if (checkpoint.state.epoch != epoch || !fits(checkpoint, graph, optimizer))
    throw CheckpointError(path.string() + ": the checkpoint does not fit its trial");
  return checkpoint;
}

void remove_checkpoints_but(const Path& directory, int64_t epoch, int64_t best_epoch) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    int64_t found = epoch_of(entry.path().filename().string());
    if (found != 0 && found != epoch && found != best_epoch) std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace sluice
