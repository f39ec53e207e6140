#include <cstring>

#include "sluice/formats/hdf5_types_internal.h"

namespace sluice {
namespace {

std::optional<DType> integer_type(hid_t type) {
  bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  switch (H5Tget_size(type)) {
    case 1: return is_signed ? DType::int8 : DType::uint8;
    case 2: return is_signed ? DType::int16 : DType::uint16;
    case 4: return is_signed ? DType::int32 : DType::uint32;
    case 8: return is_signed ? DType::int64 : DType::uint64;
    default: return std::nullopt;
  }
}

std::optional<DType> real_type(hid_t type) {
  switch (H5Tget_size(type)) {
    case 2:
    case 4: return DType::float32;
    case 8: return DType::float64;
    default: return std::nullopt;
  }
}

bool member_is(hid_t type, unsigned index, const char* expected) {
  char* name = H5Tget_member_name(type, index);
  int8_t value = -1;
  bool same = name != nullptr && std::strcmp(name, expected) == 0 && H5Tget_member_value(type, index, &value) >= 0 &&
              value == static_cast<int8_t>(index);
  H5free_memory(name);
  return same;
}

bool is_boolean(hid_t type) {
  return H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2 && member_is(type, 0, "FALSE") &&
         member_is(type, 1, "TRUE");
}

}  // namespace

std::optional<DType> dtype_of_hdf5(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return integer_type(type);
    case H5T_FLOAT: return real_type(type);
    case H5T_ENUM: return is_boolean(type) ? std::optional(DType::boolean) : std::nullopt;
    default: return std::nullopt;
  }
}

hid_t hdf5_memory_type(DType dtype) {
  switch (dtype) {
    case DType::float32: return H5T_NATIVE_FLOAT;
    case DType::float64: return H5T_NATIVE_DOUBLE;
    case DType::uint8: return H5T_NATIVE_UINT8;
    case DType::uint16: return H5T_NATIVE_UINT16;
    case DType::int16: return H5T_NATIVE_INT16;
    case DType::uint32: return H5T_NATIVE_UINT32;
    case DType::int32: return H5T_NATIVE_INT32;
    case DType::uint64: return H5T_NATIVE_UINT64;
    case DType::int64: return H5T_NATIVE_INT64;
    case DType::int8:
    case DType::boolean: break;
  }
  return H5T_NATIVE_INT8;
}

hid_t hdf5_file_type(DType dtype) {
  switch (dtype) {
    case DType::float32: return H5T_IEEE_F32LE;
    case DType::float64: return H5T_IEEE_F64LE;
    case DType::uint8: return H5T_STD_U8LE;
    case DType::uint16: return H5T_STD_U16LE;
    case DType::int16: return H5T_STD_I16LE;
    case DType::uint32: return H5T_STD_U32LE;
    case DType::int32: return H5T_STD_I32LE;
    case DType::uint64: return H5T_STD_U64LE;
    case DType::int64: return H5T_STD_I64LE;
    case DType::int8:
    case DType::boolean: break;
  }
  return H5T_STD_I8LE;
}

hid_t make_hdf5_boolean() {
  hid_t type = H5Tenum_create(H5T_STD_I8LE);
  const int8_t values[] = {0, 1};
  H5Tenum_insert(type, "FALSE", &values[0]);
  H5Tenum_insert(type, "TRUE", &values[1]);
  return type;
}

const char* hdf5_class_name(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return "integer";
    case H5T_FLOAT: return "real";
    case H5T_STRING: return "text";
    case H5T_BITFIELD: return "bit field";
    case H5T_OPAQUE: return "opaque";
    case H5T_COMPOUND: return "compound";
    case H5T_REFERENCE: return "reference";
    case H5T_ENUM: return "enumeration";
    case H5T_VLEN: return "variable length";
    case H5T_ARRAY: return "array";
    default: return "unknown";
  }
}

}  // namespace sluice
