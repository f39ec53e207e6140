#include "sluice/nn/inference.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>
#include <numeric>
#include <system_error>
#include <thread>

#include "sluice/nn/plan.h"
#include "sluice/nn/scores.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// Runs `visit(plan, first row, rows)` for every block of the examples, on the threads asked for.
template <class Visit>
void run_blocks(const Graph& graph, const Tensor& weights, const CompileConfig* compile, const Examples& examples,
                const InferenceOptions& options, const Visit& visit) {
  const int64_t rows = examples.rows(), block = inference_block(graph);
  const int64_t blocks = (rows + block - 1) / block;
  std::atomic<int64_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  auto work = [&] {
    try {
      KernelScope scope;
      Plan plan(graph, compile, compile == nullptr ? PlanMode::inference : PlanMode::evaluation, std::min(block, rows));
      plan.prepare(weights.values<float>().data());
      std::vector<int64_t> row_index(block);
      for (int64_t i = next++; i < blocks; i = next++) {
        if (options.stop != nullptr && options.stop->load()) throw Error(ErrorCode::interrupted, "interrupted");
        const int64_t first = i * block, count = std::min(block, rows - first);
        std::iota(row_index.begin(), row_index.end(), first);
        plan.run({&examples, row_index.data(), count}, weights.values<float>().data());
        visit(plan, first, count);
      }
    } catch (...) {
      std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = blocks;
    }
  };
  std::vector<std::thread> threads;
  try {
    for (int64_t i = 1; i < std::min<int64_t>(options.threads, blocks); ++i) threads.emplace_back(work);
  } catch (const std::system_error&) {
    // Those that started do it all.
  }
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int64_t inference_block(const Graph& graph) {
  constexpr int64_t usual = 64, large = 1 << 18, kept = 1 << 20;  // floats
  int64_t largest = 1;
  for (const Graph::Node& node : graph.nodes()) largest = std::max(largest, element_count(node.shape));
  return largest < large ? usual : std::max<int64_t>(kept / largest, 1);
}

std::vector<Tensor> predict(const Graph& graph, const Tensor& weights, const Examples& examples,
                            const InferenceOptions& options) {
  std::vector<Tensor> results;
  for (int node : graph.outputs()) {
    Shape shape{examples.rows()};
    shape.insert(shape.end(), graph.nodes()[node].shape.begin(), graph.nodes()[node].shape.end());
    results.emplace_back(DType::float32, shape);
  }
  run_blocks(graph, weights, nullptr, examples, options, [&](const Plan& plan, int64_t first, int64_t count) {
    for (size_t i = 0; i < results.size(); ++i) {
      const int64_t size = results[i].size() / results[i].rows();
      std::memcpy(results[i].values<float>().data() + first * size, plan.output(i),
                  static_cast<size_t>(count * size) * sizeof(float));
    }
  });
  return results;
}

Scores evaluate(const Graph& graph, const Tensor& weights, const CompileConfig& compile, const Examples& examples,
                const InferenceOptions& options, std::vector<ScoreTable>* tables) {
  check_compile(graph, compile);
  const int64_t block = inference_block(graph);
  std::vector<std::vector<double>> of_block((examples.rows() + block - 1) / block);
  run_blocks(graph, weights, &compile, examples, options, [&](const Plan& plan, int64_t first, int64_t) {
    of_block[first / block].assign(plan.sums().begin(), plan.sums().end());
  });
  std::vector<double> sums(of_block[0].size());
  for (const auto& part : of_block) {
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += part[i];
  }
  if (tables != nullptr) *tables = score_tables(graph, compile, sums);
  return mean_scores(graph, compile, sums, examples.rows());
}

}  // namespace sluice
