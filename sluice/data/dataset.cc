#include "sluice/data/dataset.h"

#include "sluice/base/error.h"
#include "sluice/base/hash.h"

namespace sluice {
namespace {

/// Applies a function from tensor to tensor to every array of a dataset.
template <class Change>
Dataset changed(const Dataset& dataset, Change change) {
  Dataset result;
  for (const auto& [name, tensor] : dataset.inputs) result.inputs.emplace_back(name, change(tensor));
  for (const auto& [name, tensor] : dataset.labels) result.labels.emplace_back(name, change(tensor));
  for (const auto& [name, tensor] : dataset.weights) result.weights.emplace_back(name, change(tensor));
  return result;
}

/// One line per array; names are prefixed by their length, so that no name can pretend to be a line.
std::string describe(char kind, const NamedTensors& arrays) {
  std::string text;
  for (const auto& [name, tensor] : arrays) {
    text += kind + std::to_string(name.size()) + ":" + name + " " + std::string(to_string(tensor.dtype())) + " " +
            to_string(tensor.shape()) + " " + content_hash(tensor.bytes()) + "\n";
  }
  return text;
}

void check_has_rows(const SourcedTensor& array) {
  if (array.tensor.shape().empty()) throw invalid(array.source + " is a single value, expected rows");
  if (array.tensor.rows() == 0) throw invalid(array.source + " has no rows");
}

std::string rows_text(const SourcedTensor& array) {
  int64_t rows = array.tensor.rows();
  return array.source + " has " + std::to_string(rows) + (rows == 1 ? " row" : " rows");
}

}  // namespace

int64_t Dataset::rows() const { return inputs.empty() ? 0 : inputs[0].second.rows(); }

Dataset Dataset::take(std::span<const int64_t> rows) const {
  return changed(*this, [&](const Tensor& tensor) { return gather_rows(tensor, rows); });
}

Dataset Dataset::slice(int64_t first, int64_t last) const {
  return changed(*this, [&](const Tensor& tensor) { return tensor.slice(first, last); });
}

std::string Dataset::content_hash() const {
  return sluice::content_hash(describe('i', inputs) + describe('l', labels) + describe('w', weights));
}

void check_same_rows(std::span<const SourcedTensor> arrays) {
  for (const SourcedTensor& array : arrays) {
    check_has_rows(array);
    if (array.tensor.rows() != arrays[0].tensor.rows()) throw invalid(rows_text(arrays[0]) + ", " + rows_text(array));
  }
}

}  // namespace sluice
