#pragma once

#include <string>
#include <string_view>

#include "sluice/tensor/tensor.h"

namespace sluice {

/// What the header of a `.npy` file says.
struct NpyHeader {
  /// NumPy's type text, such as "<f4".
  std::string type;
  bool fortran_order = false;
  Shape shape;
  /// Bytes of magic, version, length and text; the elements begin here.
  size_t size = 0;
};

/// Reads the header of a `.npy` file. Throws Error(invalid_argument) naming the file.
NpyHeader read_npy_header(std::string_view bytes, const std::string& name);

/// Returns the header that numpy.save writes before elements in C order.
std::string write_npy_header(std::string_view type, const Shape& shape);

}  // namespace sluice
