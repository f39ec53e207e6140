#include "sluice/formats/npy.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "sluice/base/error.h"
#include "sluice/formats/array_bytes_internal.h"
#include "sluice/formats/npy_header_internal.h"

namespace sluice {
namespace {

static_assert(std::endian::native == std::endian::little);

/// What NumPy calls float128 on x86.
constexpr bool has_extended_reals = sizeof(long double) == 16 && std::numeric_limits<long double>::digits == 64;

/// How elements lie in the file.
struct Element {
  DType dtype;
  size_t size;
  bool swapped;
  bool half = false;      ///< 16-bit reals, which become float32
  bool extended = false;  ///< 80-bit reals in 16 bytes, which become float64
};

struct NamedType {
  std::string_view code;
  DType dtype;
};

constexpr NamedType types[] = {{"f4", DType::float32}, {"f8", DType::float64}, {"u1", DType::uint8},
                               {"i1", DType::int8},    {"u2", DType::uint16},  {"i2", DType::int16},
                               {"u4", DType::uint32},  {"i4", DType::int32},   {"u8", DType::uint64},
                               {"i8", DType::int64},   {"b1", DType::boolean}};

std::optional<Element> find_element(std::string_view type) {
  if (type.size() < 3 || std::string_view("<>|=").find(type[0]) == std::string_view::npos) return std::nullopt;
  bool swapped = type[0] == '>';
  if (type.substr(1) == "f2") return Element{.dtype = DType::float32, .size = 2, .swapped = swapped, .half = true};
  if (type == "<f16" && has_extended_reals)
    return Element{.dtype = DType::float64, .size = sizeof(long double), .swapped = false, .extended = true};
  for (const NamedType& known : types) {
    if (known.code == type.substr(1)) return Element{known.dtype, size_of(known.dtype), swapped};
  }
  return std::nullopt;
}

std::string_view kind_of(std::string_view type) {
  switch (type.size() < 2 ? '?' : type[1]) {
    case 'O': return "Python objects";
    case 'S':
    case 'U': return "texts";
    case 'M':
    case 'm': return "dates";
    case 'c': return "complex numbers";
    case 'V': return "records";
    default: return "unknown elements";
  }
}

Element element_of(const NpyHeader& header, const std::string& name) {
  if (auto element = find_element(header.type)) return *element;
  throw NotNumbers(name + ": holds " + std::string(kind_of(header.type)) + " (" + header.type +
                   "); integers, reals or booleans are expected");
}

std::string type_text(DType dtype) {
  for (const NamedType& known : types) {
    if (known.dtype == dtype) return std::string(1, size_of(dtype) == 1 ? '|' : '<').append(known.code);
  }
  throw Error(ErrorCode::internal, "[write_npy] no NumPy type for " + std::string(to_string(dtype)));
}

void check_size(const NpyHeader& header, const Element& element, size_t found, const std::string& name) {
  int64_t expected = checked_bytes(header.shape, element.size);
  bool truncated = expected < 0 || found < static_cast<size_t>(expected);
  if (!truncated && found == static_cast<size_t>(expected)) return;
  throw invalid(name + (truncated ? ": truncated .npy file" : ": .npy file is too long") + ": header says " +
                size_text(header.shape, element.size) + ", found " + std::to_string(found));
}

/// Long doubles as doubles.
std::string narrowed(std::string_view extended) {
  const size_t count = extended.size() / sizeof(long double);
  std::string doubles(count * sizeof(double), '\0');
  for (size_t i = 0; i < count; ++i) {
    long double value = 0;
    std::memcpy(&value, extended.data() + i * sizeof value, sizeof value);
    const auto near = static_cast<double>(value);
    std::memcpy(doubles.data() + i * sizeof near, &near, sizeof near);
  }
  return doubles;
}

float from_half(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  auto fraction = static_cast<float>(bits & 1023);
  float sign = bits >> 15 != 0 ? -1.0F : 1.0F;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent < 31) return sign * std::ldexp(fraction + 1024.0F, exponent - 25);
  return fraction == 0 ? sign * std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
}

Tensor widen(const Tensor& halves) {
  Tensor result(DType::float32, halves.shape());
  auto from = halves.values<uint16_t>();
  auto to = result.values<float>();
  for (size_t i = 0; i < from.size(); ++i) to[i] = from_half(from[i]);
  return result;
}

/// Elements that lie in Fortran order, copied into C order.
Tensor from_fortran(const Tensor& tensor, const Shape& shape) {
  Tensor result(tensor.dtype(), shape);
  size_t size = size_of(tensor.dtype());
  std::vector<int64_t> index(shape.size(), 0);
  for (int64_t from = 0; from < tensor.size(); ++from) {
    int64_t to = 0;
    for (size_t d = 0; d < shape.size(); ++d) to = to * shape[d] + index[d];
    std::memcpy(result.bytes().data() + static_cast<size_t>(to) * size,
                tensor.bytes().data() + static_cast<size_t>(from) * size, size);
    for (size_t d = 0; d < shape.size() && ++index[d] == shape[d]; ++d) index[d] = 0;
  }
  return result;
}

void check_booleans(const Tensor& tensor, const std::string& name) {
  if (tensor.dtype() != DType::boolean) return;
  for (uint8_t value : tensor.values<uint8_t>()) {
    if (value > 1) throw invalid(name + ": a boolean is " + std::to_string(value) + ", expected 0 or 1");
  }
}

}  // namespace

bool is_npy(std::string_view bytes) { return bytes.starts_with("\x93NUMPY"); }

Tensor read_npy(std::string_view bytes, const std::string& name) {
  NpyHeader header = read_npy_header(bytes, name);
  Element element = element_of(header, name);
  std::string_view elements = bytes.substr(header.size);
  check_size(header, element, elements.size(), name);
  std::string doubles;
  if (element.extended) {
    doubles = narrowed(elements);
    elements = doubles;
  }
  Tensor tensor(element.half ? DType::uint16 : element.dtype, header.shape);
  if (!elements.empty()) std::memcpy(tensor.bytes().data(), elements.data(), elements.size());
  if (element.swapped) swap_bytes(tensor.bytes(), element.size);
  check_booleans(tensor, name);
  if (header.fortran_order && header.shape.size() > 1) tensor = from_fortran(tensor, header.shape);
  return element.half ? widen(tensor) : tensor;
}

Tensor read_npy(const Path& path) { return read_npy(read_file(path), path.string()); }

std::string write_npy(const Tensor& tensor) {
  std::string file = write_npy_header(type_text(tensor.dtype()), tensor.shape());
  auto bytes = tensor.bytes();
  file.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return file;
}

}  // namespace sluice
