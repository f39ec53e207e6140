#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sluice/formats/npz.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// Rows to train on, evaluate or predict. Copies share the elements.
struct Dataset {
  /// Each [rows, …]; the name is "" for a single unnamed input.
  NamedTensors inputs;
  /// Each [rows, …], or none; the name is "" for a single unnamed output.
  NamedTensors labels;
  /// What each row counts in training, or none; the name is "" for all outputs, else an output.
  NamedTensors weights = {};

  /// Number of rows; 0 when there are no inputs.
  int64_t rows() const;

  /// Copies the rows with these indices; each must be in [0, rows()).
  Dataset take(std::span<const int64_t> rows) const;

  /// Rows [first, last) sharing the elements.
  Dataset slice(int64_t first, int64_t last) const;

  /// 32 hexadecimal digits over names, element types, shapes and elements of inputs, labels and weights.
  /// Persistent: studies are identified by it.
  std::string content_hash() const;
};

/// An array together with the file, or array in a file, that it came from.
struct SourcedTensor {
  std::string source;
  Tensor tensor;
};

/// Throws Error(invalid_argument) "A has 60000 rows, B has 59999" when two of the arrays differ in rows, and when one
/// has no rows or is a scalar.
void check_same_rows(std::span<const SourcedTensor> arrays);

}  // namespace sluice
