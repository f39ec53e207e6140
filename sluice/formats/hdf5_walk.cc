#include <algorithm>
#include <utility>

#include "sluice/base/error.h"
#include "sluice/formats/array_bytes_internal.h"
#include "sluice/formats/hdf5_handles_internal.h"
#include "sluice/formats/hdf5_types_internal.h"
#include "sluice/formats/hdf5_walk_internal.h"

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

struct Object {
  std::string path;  // "" is the root.
  H5O_type_t type;
};

herr_t collect_object(hid_t, const char* name, const H5O_info_t* info, void* objects) {
  const std::string path = std::string(name) == "." ? "" : std::string("/") + name;
  static_cast<std::vector<Object>*>(objects)->push_back({path, info->type});
  return 0;
}

struct Link {
  std::string name;
  H5L_type_t type;
};

herr_t collect_link(hid_t, const char* name, const H5L_info_t* info, void* links) {
  static_cast<std::vector<Link>*>(links)->push_back({name, info->type});
  return 0;
}

herr_t collect_attribute(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
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

std::vector<std::string> fixed_texts(hid_t attribute, hid_t type, size_t count) {
  size_t size = H5Tget_size(type);
  std::string buffer(count * size, '\0');
  if (H5Aread(attribute, type, buffer.data()) < 0) throw invalid(because("unreadable"));
  return split_fixed(buffer, size);
}

std::vector<std::string> variable_texts(hid_t attribute, hid_t space, size_t count) {
  Hdf5Type type(H5Aget_type(attribute));
  VariableTexts texts{type.id(), space, std::vector<char*>(count, nullptr)};
  if (H5Aread(attribute, type.id(), texts.pointers.data()) < 0) throw invalid(because("unreadable"));
  std::vector<std::string> list;
  for (const char* text : texts.pointers) list.emplace_back(text == nullptr ? "" : text);
  return list;
}

/// One walk through a file. What its functions throw is the reason alone, without file and object.
class Hdf5Walk {
 public:
  Hdf5Walk(std::string_view bytes, int64_t most, Hdf5ContentsWriter& contents)
      : size_(static_cast<int64_t>(bytes.size())), left_(most), contents_(contents), file_(open_hdf5_memory(bytes)) {}

  void walk() {
    if (!file_) return contents_.fault(because("unreadable HDF5 file"));
    std::vector<Object> objects;
    if (H5Ovisit2(file_.id(), H5_INDEX_NAME, H5_ITER_INC, collect_object, &objects, H5O_INFO_BASIC) < 0)
      return contents_.fault(because("unreadable groups"));
    for (const Object& object : objects) take(object);
  }

 private:
  int64_t size_;
  int64_t left_;
  Hdf5ContentsWriter& contents_;
  Hdf5FileHandle file_;

  void take(const Object& object) {
    Hdf5Object opened(H5Oopen(file_.id(), object.path.empty() ? "/" : object.path.c_str(), H5P_DEFAULT));
    if (!opened) return contents_.refused(object.path, because("unreadable"));
    if (object.type == H5O_TYPE_GROUP) take_group(object.path, opened.id());
    if (object.type == H5O_TYPE_DATASET) take_dataset(object.path, opened.id());
    take_attributes(object.path, opened.id());
  }

  void take_group(const std::string& path, hid_t group) {
    std::vector<Link> links;
    hsize_t position = 0;
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, collect_link, &links) < 0)
      return contents_.refused(path, because("unreadable group"));
    std::vector<std::string> members;
    for (const Link& link : links) {
      members.push_back(link.name);
      if (link.type != H5L_TYPE_HARD)
        contents_.refused(path + "/" + link.name, "is a soft or external link, which is not followed");
    }
    contents_.group(path, members);
  }

  void take_dataset(const std::string& path, hid_t dataset) {
    try {
      contents_.dataset(path, read(dataset));
    } catch (const std::exception& error) {  // Also for want of memory.
      contents_.dataset_fault(path, error.what());
    }
  }

  void take_attributes(const std::string& path, hid_t object) {
    std::vector<std::string> names;
    if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &names) < 0) return;
    for (const std::string& name : names) {
      try {
        contents_.attribute(path, name, {texts(object, name), ""});
      } catch (const std::exception& error) {
        contents_.attribute(path, name, {{}, error.what()});
      }
    }
  }

  int64_t check_bytes(const Shape& shape, size_t element_size) const {
    const int64_t bytes = checked_bytes(shape, element_size);
    if (bytes >= 0 && bytes / largest_ratio <= size_) return bytes;
    throw invalid("claims " + size_text(shape, element_size) + ", which a file of " + std::to_string(size_) +
                  " cannot hold");
  }

  void check_storage(hid_t dataset, size_t element_size) const {
    Hdf5Properties creation(H5Dget_create_plist(dataset));
    if (!creation) throw invalid(because("unreadable dataset"));
    H5D_layout_t layout = H5Pget_layout(creation.id());
    if (layout == H5D_VIRTUAL || H5Pget_external_count(creation.id()) != 0) throw invalid("lies in another file");
    if (layout != H5D_CHUNKED) return;
    check_chunks(creation.id(), element_size);
    check_filters(creation.id());
  }

  void check_chunks(hid_t creation, size_t element_size) const {
    hsize_t sizes[H5S_MAX_RANK];
    int dimensions = H5Pget_chunk(creation, H5S_MAX_RANK, sizes);
    if (dimensions < 0) throw invalid(because("unreadable chunks"));
    check_bytes(Shape(sizes, sizes + dimensions), element_size);
  }

  static void check_filters(hid_t creation) {
    int count = H5Pget_nfilters(creation);
    for (int i = 0; i < count; ++i) {
      unsigned flags = 0;
      size_t values = 0;
      H5Z_filter_t filter =
          H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
      if (!is_built_in(filter)) {
        throw invalid("is packed by HDF5 filter " + std::to_string(filter) +
                      "; deflate, shuffle and fletcher32 are supported");
      }
    }
  }

  Tensor read(hid_t dataset) {
    Hdf5Type type(H5Dget_type(dataset));
    Hdf5Space space(H5Dget_space(dataset));
    if (!type || !space) throw invalid(because("unreadable dataset"));
    auto dtype = dtype_of_hdf5(type.id());
    if (!dtype || H5Sget_simple_extent_type(space.id()) == H5S_NULL) {
      throw invalid("holds " + std::string(hdf5_class_name(type.id())) +
                    " elements; integers, reals or booleans are expected");
    }
    Shape shape = shape_of(space.id());
    const int64_t bytes = check_bytes(shape, size_of(*dtype));
    check_storage(dataset, H5Tget_size(type.id()));
    if (bytes > left_) throw invalid("is too much beside the others: all datasets claim more than the file can hold");
    left_ -= bytes;
    Tensor tensor(*dtype, shape);
    Hdf5Type boolean(*dtype == DType::boolean ? make_hdf5_boolean() : H5I_INVALID_HID);
    hid_t memory = boolean ? boolean.id() : hdf5_memory_type(*dtype);
    if (H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.bytes().data()) < 0)
      throw invalid(because("unreadable elements"));
    return tensor;
  }

  std::vector<std::string> texts(hid_t object, const std::string& name) const {
    Hdf5Attribute attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
    Hdf5Type type(attribute ? H5Aget_type(attribute.id()) : H5I_INVALID_HID);
    Hdf5Space space(attribute ? H5Aget_space(attribute.id()) : H5I_INVALID_HID);
    if (!type || !space) throw invalid(because("unreadable"));
    if (H5Tget_class(type.id()) != H5T_STRING)
      throw invalid("is " + std::string(hdf5_class_name(type.id())) + ", expected text");
    if (H5Sget_simple_extent_type(space.id()) == H5S_NULL) return {};
    Shape shape = shape_of(space.id());
    bool variable = H5Tis_variable_str(type.id()) > 0;
    check_bytes(shape, variable ? sizeof(char*) : H5Tget_size(type.id()));
    auto count = static_cast<size_t>(element_count(shape));
    if (count == 0) return {};
    return variable ? variable_texts(attribute.id(), space.id(), count) : fixed_texts(attribute.id(), type.id(), count);
  }
};

}  // namespace

void walk_hdf5(std::string_view bytes, int64_t most, Hdf5ContentsWriter& contents) {
  Hdf5Walk(bytes, most, contents).walk();
  contents.end();
}

}  // namespace sluice
