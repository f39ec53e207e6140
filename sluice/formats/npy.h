#pragma once

#include <string>
#include <string_view>

#include "sluice/base/error.h"
#include "sluice/base/files.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// An array of what is no integer, real or boolean.
class NotNumbers : public Error {
 public:
  explicit NotNumbers(const std::string& message) : Error(ErrorCode::invalid_argument, message) {}
};

/// Says whether the bytes begin as a `.npy` file does.
bool is_npy(std::string_view bytes);

/// Reads NumPy's `.npy`, versions 1 to 3, of any integer, real or boolean type, little or big endian, in C or Fortran
/// order. The result is in C order; float16 becomes float32, long double (of this processor) float64.
///
/// name  stands for the file in messages
///
/// Throws Error(invalid_argument) when it is no `.npy` file, cut off, longer than its header says; NotNumbers when it
/// holds objects, texts, dates, records or complex numbers.
Tensor read_npy(std::string_view bytes, const std::string& name);

/// Reads the file; throws Error(not_found) or Error(io) as read_file does, else as above.
Tensor read_npy(const Path& path);

/// Returns the bytes that numpy.save writes: version 1.0, little endian, C order.
std::string write_npy(const Tensor& tensor);

}  // namespace sluice
