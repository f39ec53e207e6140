#include <algorithm>
#include <utility>

#include "sluice/base/error.h"
#include "sluice/formats/array_bytes_internal.h"
#include "sluice/formats/hdf5.h"
#include "sluice/formats/hdf5_handles_internal.h"
#include "sluice/formats/hdf5_types_internal.h"

namespace sluice {
namespace {

constexpr int64_t largest_ratio = 1100;  // deflate's 1032 and a little

std::string because(const std::string& text) {
  std::string reason = hdf5_reason();
  return reason.empty() ? text : text + ": " + reason;
}

Shape shape_of(hid_t space) {
  int dimensions = std::max(H5Sget_simple_extent_ndims(space), 0);
  std::vector<hsize_t> sizes(static_cast<size_t>(dimensions));
  if (dimensions > 0) H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  Shape shape;
  for (hsize_t size : sizes) shape.push_back(static_cast<int64_t>(size));
  return shape;
}

bool is_built_in(H5Z_filter_t filter) {
  return filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32;
}

herr_t collect_link(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

herr_t collect_dataset(hid_t, const char* name, const H5O_info_t* info, void* names) {
  if (info->type == H5O_TYPE_DATASET)
    static_cast<std::vector<std::string>*>(names)->push_back(std::string("/") += name);
  return 0;
}

/// The texts of an attribute of variable length, given back to HDF5 at the end.
struct VariableTexts {
  hid_t type;
  hid_t space;
  std::vector<char*> pointers;
  ~VariableTexts() { H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data()); }
};

std::vector<std::string> split_fixed(const std::string& texts, size_t size) {
  std::vector<std::string> list;
  for (size_t first = 0; first < texts.size(); first += size) {
    std::string text = texts.substr(first, size);
    list.push_back(text.substr(0, text.find('\0')));
  }
  return list;
}

}  // namespace

bool is_hdf5(std::string_view bytes) { return bytes.starts_with("\x89HDF\r\n\x1a\n"); }

struct Hdf5Reader::File {
  std::string name;
  int64_t size = 0;
  Hdf5FileHandle handle;

  File(std::string_view bytes, std::string display)
      : name(std::move(display)), size(static_cast<int64_t>(bytes.size())) {
    if (bytes.empty()) refuse("empty file, expected an HDF5 file");
    if (!is_hdf5(bytes)) refuse("not an HDF5 file");
    Hdf5Lock lock;
    handle = open_hdf5_memory(bytes);
    if (!handle) refuse(because("unreadable HDF5 file"));
  }
  ~File() {
    Hdf5Lock lock;
    handle = Hdf5FileHandle();
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw Error(ErrorCode::invalid_argument, name + ": " + reason);
  }
  [[noreturn]] void refuse(const std::string& object, const std::string& reason) const {
    refuse(object + ": " + reason);
  }

  /// Goes from link to link, so that nothing but hard links is ever followed. Invalid when a link is missing.
  Hdf5Object find(const std::string& path, bool refuse_links = true) const {
    Hdf5Object object(H5Oopen(handle.id(), "/", H5P_DEFAULT));
    for (size_t start = 0; object && start < path.size();) {
      size_t end = std::min(path.find('/', start), path.size());
      if (end > start) object = step(object.id(), path.substr(start, end - start), path, refuse_links);
      start = end + 1;
    }
    return object;
  }

  Hdf5Object step(hid_t group, const std::string& link, const std::string& path, bool refuse_links) const {
    H5L_info_t info;
    if (link == "." || H5Iget_type(group) != H5I_GROUP || H5Lexists(group, link.c_str(), H5P_DEFAULT) <= 0 ||
        H5Lget_info(group, link.c_str(), &info, H5P_DEFAULT) < 0) {
      return Hdf5Object();
    }
    if (info.type == H5L_TYPE_HARD) return Hdf5Object(H5Oopen(group, link.c_str(), H5P_DEFAULT));
    if (refuse_links) refuse(path, "is a soft or external link, which is not followed");
    return Hdf5Object();
  }

  Hdf5Object open(const std::string& path, H5I_type_t type, const char* kind) const {
    Hdf5Object object = find(path);
    if (!object) refuse("has no " + std::string(kind) + " " + path);
    if (type != H5I_BADID && H5Iget_type(object.id()) != type) refuse(path, "is no " + std::string(kind));
    return object;
  }

  bool is(const std::string& path, H5I_type_t type) const {
    Hdf5Object object = find(path, false);
    return object && H5Iget_type(object.id()) == type;
  }

  void check_bytes(const std::string& path, const Shape& shape, size_t element_size) const {
    int64_t bytes = checked_bytes(shape, element_size);
    if (bytes >= 0 && bytes / largest_ratio <= size) return;
    refuse(path,
           "claims " + size_text(shape, element_size) + ", which a file of " + std::to_string(size) + " cannot hold");
  }

  void check_storage(const std::string& path, hid_t dataset, size_t element_size) const {
    Hdf5Properties creation(H5Dget_create_plist(dataset));
    if (!creation) refuse(path, because("unreadable dataset"));
    H5D_layout_t layout = H5Pget_layout(creation.id());
    if (layout == H5D_VIRTUAL || H5Pget_external_count(creation.id()) != 0) refuse(path, "lies in another file");
    if (layout != H5D_CHUNKED) return;
    check_chunks(path, creation.id(), element_size);
    check_filters(path, creation.id());
  }

  void check_chunks(const std::string& path, hid_t creation, size_t element_size) const {
    hsize_t sizes[H5S_MAX_RANK];
    int dimensions = H5Pget_chunk(creation, H5S_MAX_RANK, sizes);
    if (dimensions < 0) refuse(path, because("unreadable chunks"));
    check_bytes(path, Shape(sizes, sizes + dimensions), element_size);
  }

  void check_filters(const std::string& path, hid_t creation) const {
    int count = H5Pget_nfilters(creation);
    for (int i = 0; i < count; ++i) {
      unsigned flags = 0;
      size_t values = 0;
      H5Z_filter_t filter =
          H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
      if (!is_built_in(filter)) {
        refuse(path, "is packed by HDF5 filter " + std::to_string(filter) +
                         "; deflate, shuffle and fletcher32 are supported");
      }
    }
  }

  Tensor read(const std::string& path) const {
    Hdf5Object object = open(path, H5I_DATASET, "dataset");
    Hdf5Type type(H5Dget_type(object.id()));
    Hdf5Space space(H5Dget_space(object.id()));
    if (!type || !space) refuse(path, because("unreadable dataset"));
    auto dtype = dtype_of_hdf5(type.id());
    if (!dtype || H5Sget_simple_extent_type(space.id()) == H5S_NULL) {
      refuse(path, "holds " + std::string(hdf5_class_name(type.id())) +
                       " elements; integers, reals or booleans are expected");
    }
    Shape shape = shape_of(space.id());
    check_bytes(path, shape, size_of(*dtype));
    check_storage(path, object.id(), H5Tget_size(type.id()));
    Tensor tensor(*dtype, shape);
    Hdf5Type boolean(*dtype == DType::boolean ? make_hdf5_boolean() : H5I_INVALID_HID);
    hid_t memory = boolean ? boolean.id() : hdf5_memory_type(*dtype);
    if (H5Dread(object.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.bytes().data()) < 0) {
      refuse(path, because("unreadable elements"));
    }
    return tensor;
  }

  std::vector<std::string> texts(const std::string& path, const std::string& attribute_name) const {
    Hdf5Object object = open(path, H5I_BADID, "object");
    std::string where = path + ": attribute " + attribute_name;
    if (H5Aexists(object.id(), attribute_name.c_str()) <= 0) refuse(path, "has no attribute " + attribute_name);
    Hdf5Attribute attribute(H5Aopen(object.id(), attribute_name.c_str(), H5P_DEFAULT));
    Hdf5Type type(attribute ? H5Aget_type(attribute.id()) : H5I_INVALID_HID);
    Hdf5Space space(attribute ? H5Aget_space(attribute.id()) : H5I_INVALID_HID);
    if (!type || !space) refuse(where, because("unreadable"));
    if (H5Tget_class(type.id()) != H5T_STRING) {
      refuse(where, "is " + std::string(hdf5_class_name(type.id())) + ", expected text");
    }
    if (H5Sget_simple_extent_type(space.id()) == H5S_NULL) return {};
    Shape shape = shape_of(space.id());
    bool variable = H5Tis_variable_str(type.id()) > 0;
    size_t element_size = variable ? sizeof(char*) : H5Tget_size(type.id());
    check_bytes(where, shape, element_size);
    auto count = static_cast<size_t>(element_count(shape));
    if (count == 0) return {};
    return variable ? variable_texts(where, attribute.id(), space.id(), count)
                    : fixed_texts(where, attribute.id(), type.id(), count);
  }

  std::vector<std::string> fixed_texts(const std::string& where, hid_t attribute, hid_t type, size_t count) const {
    size_t size = H5Tget_size(type);
    std::string buffer(count * size, '\0');
    if (H5Aread(attribute, type, buffer.data()) < 0) refuse(where, because("unreadable"));
    return split_fixed(buffer, size);
  }

  std::vector<std::string> variable_texts(const std::string& where, hid_t attribute, hid_t space, size_t count) const {
    Hdf5Type type(H5Aget_type(attribute));
    VariableTexts texts{type.id(), space, std::vector<char*>(count, nullptr)};
    if (H5Aread(attribute, type.id(), texts.pointers.data()) < 0) refuse(where, because("unreadable"));
    std::vector<std::string> list;
    for (const char* text : texts.pointers) list.emplace_back(text == nullptr ? "" : text);
    return list;
  }
};

Hdf5Reader::Hdf5Reader(std::string bytes, const std::string& name) : file_(new File(bytes, name)) {}
Hdf5Reader::Hdf5Reader(const Path& path) : Hdf5Reader(read_file(path), path.string()) {}
Hdf5Reader::~Hdf5Reader() = default;
Hdf5Reader::Hdf5Reader(Hdf5Reader&&) noexcept = default;
Hdf5Reader& Hdf5Reader::operator=(Hdf5Reader&&) noexcept = default;

std::vector<std::string> Hdf5Reader::members(const std::string& group) const {
  Hdf5Lock lock;
  Hdf5Object object = file_->open(group, H5I_GROUP, "group");
  std::vector<std::string> names;
  hsize_t position = 0;
  if (H5Literate(object.id(), H5_INDEX_NAME, H5_ITER_INC, &position, collect_link, &names) < 0) {
    file_->refuse(group, because("unreadable group"));
  }
  return names;
}

bool Hdf5Reader::is_group(const std::string& path) const {
  Hdf5Lock lock;
  return file_->is(path, H5I_GROUP);
}

bool Hdf5Reader::is_dataset(const std::string& path) const {
  Hdf5Lock lock;
  return file_->is(path, H5I_DATASET);
}

std::vector<std::string> Hdf5Reader::datasets() const {
  Hdf5Lock lock;
  std::vector<std::string> names;
  if (H5Ovisit2(file_->handle.id(), H5_INDEX_NAME, H5_ITER_INC, collect_dataset, &names, H5O_INFO_BASIC) < 0) {
    file_->refuse(because("unreadable groups"));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Tensor Hdf5Reader::read(const std::string& dataset) const {
  Hdf5Lock lock;
  return file_->read(dataset);
}

std::string Hdf5Reader::text_attribute(const std::string& object, const std::string& name) const {
  std::vector<std::string> texts = text_list_attribute(object, name);
  if (texts.size() == 1) return texts[0];
  file_->refuse(object, "attribute " + name + " holds " + std::to_string(texts.size()) + " texts, expected one");
}

std::vector<std::string> Hdf5Reader::text_list_attribute(const std::string& object, const std::string& name) const {
  Hdf5Lock lock;
  return file_->texts(object, name);
}

}  // namespace sluice
