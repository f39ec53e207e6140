#include "sluice/nn/row_blocks.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

bool meet(const std::vector<Buffer>& a, const std::vector<Buffer>& b) {
  return std::any_of(a.begin(), a.end(), [&](Buffer one) {
    return std::any_of(b.begin(), b.end(), [&](Buffer other) { return one.id == other.id; });
  });
}

/// Whether a call computes the same before those of a run as behind them.
bool can_precede(const KernelCall& call, const std::vector<KernelCall>& run) {
  if (call.effect) return false;
  return std::none_of(run.begin(), run.end(), [&](const KernelCall& other) {
    return meet(call.reads, other.writes) || meet(call.writes, other.reads) || meet(call.writes, other.writes);
  });
}

/// What a call touches, in floats: for each row, and besides.
struct Traffic {
  int64_t of_row = 0, fixed = 0;
  bool in_lanes = false;

  Traffic(const KernelCall& call, const BufferSizes& sizes) {
    std::set<int> buffers;
    for (Buffer buffer : call.reads) buffers.insert(buffer.id);
    for (Buffer buffer : call.writes) buffers.insert(buffer.id);
    for (int id : buffers) {
      const auto at = static_cast<size_t>(id);
      of_row += sizes.floats_of_row[at];
      if (sizes.floats_of_row[at] == 0) fixed += sizes.floats[at];
      in_lanes = in_lanes || sizes.in_lanes[at];
    }
  }
};

/// Rows of a block for which the rows of the largest call take about as much as a second-level cache, or as much as
/// what the call reads anew for each block.
int64_t rows_of_block(const std::vector<KernelCall>& run, const BufferSizes& sizes, int64_t batch) {
  constexpr int64_t cache = 1 << 17;
  if (run.size() < 2) return batch;
  int64_t of_row = 1, fixed = 0;
  bool in_lanes = false;
  for (const KernelCall& call : run) {
    const Traffic traffic(call, sizes);
    of_row = std::max(of_row, traffic.of_row);
    fixed = std::max(fixed, traffic.fixed);
    in_lanes = in_lanes || traffic.in_lanes;
  }
  const int64_t unit = in_lanes ? lanes() : 1;
  const int64_t rows = std::max(std::max(cache, fixed) / of_row / unit, int64_t{1}) * unit;
  return std::min(rows, batch);
}

}  // namespace

std::vector<RowBlocks> divide_into_row_blocks(std::vector<KernelCall>& calls, const BufferSizes& sizes, int64_t batch) {
  std::vector<KernelCall> divided, run;
  std::vector<RowBlocks> blocks;
  auto append = [&](std::vector<KernelCall>& some, int64_t rows) {
    std::move(some.begin(), some.end(), std::back_inserter(divided));
    blocks.push_back({divided.size(), rows});
    some.clear();
  };
  for (KernelCall& call : calls) {
    if (call.by_rows) {
      run.push_back(std::move(call));
      continue;
    }
    std::vector<KernelCall> alone;
    if (!run.empty() && !can_precede(call, run)) append(run, rows_of_block(run, sizes, batch));
    alone.push_back(std::move(call));
    append(alone, batch);
  }
  if (!run.empty()) append(run, rows_of_block(run, sizes, batch));
  calls = std::move(divided);
  return blocks;
}

}  // namespace sluice
