#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/error.h"

namespace sluice {

/// Sizes of a dense array, outermost first. Inside a graph the batch dimension is left out.
using Shape = std::vector<int64_t>;

/// Number of elements; 1 for the empty shape.
int64_t element_count(const Shape& shape);

/// Writes such as "[28, 28, 1]".
std::string to_string(const Shape& shape);

enum class DType { float32, float64, uint8, int8, uint16, int16, uint32, int32, uint64, int64, boolean };

/// Bytes of one element.
size_t size_of(DType dtype);

/// NumPy's name, such as "float32" or "bool".
std::string_view to_string(DType dtype);

template <class T>
constexpr DType dtype_of();
template <> constexpr DType dtype_of<float>() { return DType::float32; }
template <> constexpr DType dtype_of<double>() { return DType::float64; }
template <> constexpr DType dtype_of<uint8_t>() { return DType::uint8; }
template <> constexpr DType dtype_of<int8_t>() { return DType::int8; }
template <> constexpr DType dtype_of<uint16_t>() { return DType::uint16; }
template <> constexpr DType dtype_of<int16_t>() { return DType::int16; }
template <> constexpr DType dtype_of<uint32_t>() { return DType::uint32; }
template <> constexpr DType dtype_of<int32_t>() { return DType::int32; }
template <> constexpr DType dtype_of<uint64_t>() { return DType::uint64; }
template <> constexpr DType dtype_of<int64_t>() { return DType::int64; }

/// Memory is too short for an array. A `bad_alloc`, so that all want of memory is caught as one.
class OutOfMemory : public std::bad_alloc {
 public:
  explicit OutOfMemory(size_t bytes) : message_("out of memory: asked for " + std::to_string(bytes) + " bytes") {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// A dense array in C order, 64-byte aligned. Copies share the elements.
class Tensor {
 public:
  Tensor() = default;
  /// Allocates zeros. Throws Error(invalid_argument) for a negative size, OutOfMemory when memory is short
  /// or the machine has less than is asked for.
  Tensor(DType dtype, Shape shape);

  template <class T>
  static Tensor of(Shape shape, std::span<const T> values);

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  int64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Size of the first dimension; 0 when there is none.
  int64_t rows() const { return shape_.empty() ? 0 : shape_[0]; }

  std::span<std::byte> bytes() { return {data_.get(), static_cast<size_t>(size_) * size_of(dtype_)}; }
  std::span<const std::byte> bytes() const { return {data_.get(), static_cast<size_t>(size_) * size_of(dtype_)}; }

  /// The elements; throws Error(internal) when T is not the element type.
  template <class T>
  std::span<T> values();
  template <class T>
  std::span<const T> values() const;

  /// The same elements under another shape. Throws Error(invalid_argument) when the counts differ.
  Tensor reshaped(Shape shape) const;

  /// Rows [first, last) sharing the elements.
  Tensor slice(int64_t first, int64_t last) const;

  /// The elements converted; integers out of the range of `dtype` wrap as in C.
  Tensor cast(DType dtype) const;

 private:
  DType dtype_ = DType::float32;
  Shape shape_;
  int64_t size_ = 0;
  std::shared_ptr<std::byte> data_;

  void check_type(DType asked) const;
};

/// Copies the rows with these indices into a new tensor.
Tensor gather_rows(const Tensor& tensor, std::span<const int64_t> rows);

template <class T>
std::span<T> Tensor::values() {
  check_type(dtype_of<T>());
  return {reinterpret_cast<T*>(data_.get()), static_cast<size_t>(size_)};
}

template <class T>
std::span<const T> Tensor::values() const {
  check_type(dtype_of<T>());
  return {reinterpret_cast<const T*>(data_.get()), static_cast<size_t>(size_)};
}

template <class T>
Tensor Tensor::of(Shape shape, std::span<const T> values) {
  Tensor tensor(dtype_of<T>(), std::move(shape));
  if (tensor.size() != static_cast<int64_t>(values.size()))
    throw invalid("[Tensor.of] shape and values differ in number");
  std::copy(values.begin(), values.end(), tensor.values<T>().begin());
  return tensor;
}

/// Calls `use(pointer to const elements)` with the element type of the tensor; booleans come as uint8_t.
template <class Use>
decltype(auto) visit(const Tensor& tensor, Use&& use) {
  const std::byte* data = tensor.bytes().data();
  switch (tensor.dtype()) {
    case DType::float32: return use(reinterpret_cast<const float*>(data));
    case DType::float64: return use(reinterpret_cast<const double*>(data));
    case DType::int8: return use(reinterpret_cast<const int8_t*>(data));
    case DType::uint16: return use(reinterpret_cast<const uint16_t*>(data));
    case DType::int16: return use(reinterpret_cast<const int16_t*>(data));
    case DType::uint32: return use(reinterpret_cast<const uint32_t*>(data));
    case DType::int32: return use(reinterpret_cast<const int32_t*>(data));
    case DType::uint64: return use(reinterpret_cast<const uint64_t*>(data));
    case DType::int64: return use(reinterpret_cast<const int64_t*>(data));
    case DType::uint8:
    case DType::boolean: break;
  }
  return use(reinterpret_cast<const uint8_t*>(data));
}

}  // namespace sluice
