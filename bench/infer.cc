// Runs a model on random rows for ever; prints "window" each time that a number of samples is done. For bench/run.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <numeric>
#include <string>
#include <vector>

#include "sluice/base/random.h"
#include "sluice/formats/keras_file.h"
#include "sluice/nn/inference.h"
#include "sluice/nn/plan.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

Tensor random_rows(const Shape& row, int64_t count) {
  Shape shape{count};
  shape.insert(shape.end(), row.begin(), row.end());
  Tensor tensor(DType::float32, shape);
  const Random random(1, Purpose::fuzz);
  const auto values = tensor.values<float>();
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(random.uniform(i));
  return tensor;
}

/// A batch through one plan, in the blocks that `predict` uses.
class Batches {
 public:
  Batches(const Model& model, int64_t batch)
      : weights_(model.weights.values<float>().data()),
        plan_(model.graph, nullptr, PlanMode::inference, std::min(batch, inference_block(model.graph))),
        examples_(
            bind_inputs(model.graph, {{"", random_rows(model.graph.nodes()[model.graph.inputs()[0]].shape, batch)}})),
        row_index_(batch) {
    std::iota(row_index_.begin(), row_index_.end(), 0);
    plan_.prepare(weights_);
  }

  void run() {
    for (int64_t first = 0; first < examples_.rows(); first += plan_.batch()) {
      plan_.run({&examples_, &row_index_[first], std::min(plan_.batch(), examples_.rows() - first)}, weights_);
    }
  }

 private:
  const float* weights_;
  Plan plan_;
  Examples examples_;
  std::vector<int64_t> row_index_;
};

[[noreturn]] void run(const std::string& path, int64_t batch, int64_t window) {
  KernelScope scope;
  const Model model = load_model(path);
  Batches batches(model, batch);
  while (true) {
    for (int64_t done = 0; done < window; done += batch) batches.run();
    std::puts("window");
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace sluice

int main(int count, char** arguments) try {
  if (count != 4) throw sluice::invalid("usage: sluice_bench MODEL BATCH SAMPLES_OF_A_WINDOW");
  sluice::run(arguments[1], std::stoll(arguments[2]), std::stoll(arguments[3]));
} catch (const std::exception& error) {
  std::fprintf(stderr, "sluice_bench: %s\n", error.what());
  return 1;
}
