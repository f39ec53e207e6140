#pragma once

#include <atomic>
#include <vector>

#include "sluice/nn/model.h"

namespace sluice {

/// Rows that go through a plan at once: 64, or few where one row's values between layers are large, so that they stay
/// in the caches.
int64_t inference_block(const Graph& graph);

struct InferenceOptions {
  int threads = 1;                          ///< The result does not depend on it.
  const std::atomic<bool>* stop = nullptr;  ///< Looked at between batches; then Error(interrupted).
};

/// Returns one float32 tensor [rows, …output shape] for each output. Row-invariant: a row's result does not depend on
/// the other rows, nor on threads.
std::vector<Tensor> predict(const Graph& graph, const Tensor& weights, const Examples& examples,
                            const InferenceOptions& options = {});

/// Returns the mean loss and metrics over the rows, summed in the order of the rows; puts the metrics' tables into
/// `tables` where it is not null.
Scores evaluate(const Graph& graph, const Tensor& weights, const CompileConfig& compile, const Examples& examples,
                const InferenceOptions& options = {}, std::vector<ScoreTable>* tables = nullptr);

}  // namespace sluice
