#include "sluice/experiment/tiny_experiment_testing.h"

#include <exception>
#include <optional>

#include "sluice/base/random.h"
#include "sluice/formats/npz.h"
#include "sluice/tune/executor.h"

namespace sluice::testing {
namespace {

constexpr int64_t features = 4;
constexpr int64_t classes = 3;

/// Runs each job where it is waited for, on the calling thread; `workers` is what it says.
class InlineExecutor : public Executor {
 public:
  InlineExecutor(TrialRunner& runner, int64_t workers) : runner_(runner), workers_(workers) {}
  int64_t workers() const override { return workers_; }

  void submit(const Job& job, const SegmentResume& resume, SegmentMonitor& monitor) override {
    queue_.push_back({job, resume, &monitor});
  }

  std::optional<CompletedJob> wait(std::chrono::milliseconds) override {
    if (queue_.empty()) return std::nullopt;
    Queued next = queue_.front();
    queue_.erase(queue_.begin());
    CompletedJob completed{.job = next.job.index};
    completed.outcome.state = SegmentOutcome::State::interrupted;
    if (next.monitor->stop_requested()) return completed;
    try {
      completed.outcome = runner_.run(next.job, next.resume, *next.monitor);
    } catch (...) {
      completed.error = std::current_exception();
    }
    return completed;
  }

 private:
  struct Queued {
    Job job;
    SegmentResume resume;
    SegmentMonitor* monitor;
  };
  TrialRunner& runner_;
  int64_t workers_;
  std::vector<Queued> queue_;
};

/// Normal numbers around a point for each class.
NamedTensors make_rows(int64_t rows, uint64_t seed) {
  Random random(seed, Purpose::fuzz);
  Tensor x(DType::float32, {rows, features});
  Tensor y(DType::int32, {rows});
  for (int64_t row = 0; row < rows; ++row) {
    auto label = static_cast<int32_t>(row % classes);
    y.values<int32_t>()[static_cast<size_t>(row)] = label;
    for (int64_t feature = 0; feature < features; ++feature) {
      auto index = static_cast<size_t>(row * features + feature);
      x.values<float>()[index] = static_cast<float>(random.normal(index) + (feature == label ? 2.0 : 0.0));
    }
  }
  return {{"x", x}, {"y", y}};
}

}  // namespace

void write_tiny_data(const Path& folder) {
  write_file(folder / "train.npz", write_npz(make_rows(96, 1)));
  write_file(folder / "test.npz", write_npz(make_rows(32, 2)));
}

std::string tiny_text() {
  return R"(name: tiny
data: {train: train.npz, test: test.npz, validation: 16}
model:
  - Dense: {units: $units, activation: relu}
  - Dropout: {rate: 0.2}
  - Dense: {units: 3, activation: softmax}
fit:
  optimizer: {SGD: {learning_rate: $learning_rate, momentum: 0.9}}
  loss: sparse_categorical_crossentropy
  metrics: [accuracy]
  batch_size: 16
  epochs: 3
defaults: {units: 8, learning_rate: 0.02}
space:
  units: {int: [4, 16]}
  learning_rate: {float: [0.001, 0.1], log: true}
search: {trials: 5, objective: max val_accuracy, seed: 7}
)";
}

TinyExperiment make_tiny_experiment(const std::vector<std::string>& overrides) {
  ScratchFolder folder;
  write_tiny_data(folder.path());
  TinyExperiment tiny;
  tiny.experiment = parse_experiment(tiny_text(), "tiny.yaml", folder.path(), overrides);
  tiny.data = load_experiment_data(tiny.experiment);
  return tiny;
}

TuneOptions tiny_options(const Path& directory, int64_t workers) {
  TuneOptions options{.directory = directory, .workers = workers};
  options.make_executor = [](TrialRunner& runner, int64_t workers) {
    return std::make_unique<InlineExecutor>(runner, workers);
  };
  return options;
}

}  // namespace sluice::testing
