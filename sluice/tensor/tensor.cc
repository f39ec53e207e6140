#include "sluice/tensor/tensor.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace sluice {
namespace {

constexpr size_t alignment = 64;
constexpr size_t huge_page = size_t{2} << 20;

/// Bytes of memory of this machine. The system promises more than that and then kills who uses it.
size_t physical_memory() {
  static const size_t bytes = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

std::shared_ptr<std::byte> allocate(size_t bytes) {
  if (bytes > physical_memory()) throw OutOfMemory(bytes);
  const size_t unit = bytes < huge_page ? alignment : huge_page;
  const size_t padded = std::max((bytes + unit - 1) / unit * unit, unit);
  auto* memory = static_cast<std::byte*>(std::aligned_alloc(unit, padded));
  if (memory == nullptr) throw OutOfMemory(bytes);
  if (unit == huge_page) ::madvise(memory, padded, MADV_HUGEPAGE);  // A wish: where it is not granted all is the same.
  std::memset(memory, 0, padded);
  return {memory, [](std::byte* pointer) { std::free(pointer); }};
}

/// Number of elements, refusing sizes that overflow a byte count.
int64_t checked_count(const Shape& shape) {
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0) throw invalid("[Tensor] negative size in shape " + to_string(shape));
    if (size > 0 && count > std::numeric_limits<int64_t>::max() / 16 / size) {
      throw invalid("[Tensor] shape " + to_string(shape) + " is too large");
    }
    count *= size;
  }
  return count;
}

template <class To>
void convert(const Tensor& from, To* to) {
  visit(from, [&](const auto* values) {
    for (int64_t i = 0; i < from.size(); ++i) to[i] = static_cast<To>(values[i]);
  });
}

}  // namespace

int64_t element_count(const Shape& shape) {
  int64_t count = 1;
  for (int64_t size : shape) count *= size;
  return count;
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::float64:
    case DType::uint64:
    case DType::int64: return 8;
    case DType::float32:
    case DType::uint32:
    case DType::int32: return 4;
    case DType::uint16:
    case DType::int16: return 2;
    default: return 1;
  }
}

std::string_view to_string(DType dtype) {
  static constexpr std::string_view names[] = {"float32", "float64", "uint8",  "int8",  "uint16", "int16",
                                               "uint32",  "int32",   "uint64", "int64", "bool"};
  return names[static_cast<size_t>(dtype)];
}

Tensor::Tensor(DType dtype, Shape shape)
    : dtype_(dtype),
      shape_(std::move(shape)),
      size_(checked_count(shape_)),
      data_(allocate(static_cast<size_t>(size_) * size_of(dtype))) {}

Tensor Tensor::reshaped(Shape shape) const {
  if (checked_count(shape) != size_) {
    throw invalid("[Tensor.reshaped] cannot view " + to_string(shape_) + " as " + to_string(shape));
  }
  Tensor view = *this;
  view.shape_ = std::move(shape);
  return view;
}

Tensor Tensor::slice(int64_t first, int64_t last) const {
  if (first < 0 || last < first || last > rows()) throw Error(ErrorCode::internal, "[Tensor.slice] rows out of range");
  int64_t row = rows() == 0 ? 0 : size_ / rows();
  Tensor view = *this;
  view.shape_[0] = last - first;
  view.size_ = (last - first) * row;
  view.data_ = {data_, data_.get() + static_cast<size_t>(first * row) * size_of(dtype_)};
  return view;
}

Tensor Tensor::cast(DType dtype) const {
  if (dtype == dtype_) return *this;
  Tensor result(dtype, shape_);
  std::byte* to = result.bytes().data();
  switch (dtype) {
    case DType::float32: convert(*this, reinterpret_cast<float*>(to)); break;
    case DType::float64: convert(*this, reinterpret_cast<double*>(to)); break;
    case DType::uint8: convert(*this, reinterpret_cast<uint8_t*>(to)); break;
    case DType::int8: convert(*this, reinterpret_cast<int8_t*>(to)); break;
    case DType::uint16: convert(*this, reinterpret_cast<uint16_t*>(to)); break;
    case DType::int16: convert(*this, reinterpret_cast<int16_t*>(to)); break;
    case DType::uint32: convert(*this, reinterpret_cast<uint32_t*>(to)); break;
    case DType::int32: convert(*this, reinterpret_cast<int32_t*>(to)); break;
    case DType::uint64: convert(*this, reinterpret_cast<uint64_t*>(to)); break;
    case DType::int64: convert(*this, reinterpret_cast<int64_t*>(to)); break;
    case DType::boolean: convert(*this, reinterpret_cast<bool*>(to)); break;
  }
  return result;
}

void Tensor::check_type(DType asked) const {
  if (asked == dtype_ || (asked == DType::uint8 && dtype_ == DType::boolean)) return;
  throw Error(ErrorCode::internal, "[Tensor.values] elements are " + std::string(to_string(dtype_)) + ", asked for " +
                                       std::string(to_string(asked)));
}

Tensor gather_rows(const Tensor& tensor, std::span<const int64_t> rows) {
  Shape shape = tensor.shape();
  shape[0] = static_cast<int64_t>(rows.size());
  Tensor result(tensor.dtype(), shape);
  size_t row_bytes = tensor.rows() == 0 ? 0 : tensor.bytes().size() / static_cast<size_t>(tensor.rows());
  std::byte* to = result.bytes().data();
  for (int64_t row : rows) {
    std::memcpy(to, tensor.bytes().data() + static_cast<size_t>(row) * row_bytes, row_bytes);
    to += row_bytes;
  }
  return result;
}

}  // namespace sluice
