#include <utility>

#include "sluice/base/error.h"
#include "sluice/formats/hdf5.h"
#include "sluice/formats/hdf5_handles_internal.h"
#include "sluice/formats/hdf5_types_internal.h"

namespace sluice {
namespace {

[[noreturn]] void fail(const std::string& object) {
  std::string reason = hdf5_reason();
  throw Error(ErrorCode::internal, "[Hdf5Writer] cannot write " + object + (reason.empty() ? "" : ": " + reason));
}

Hdf5Space make_space(const Shape& shape) {
  if (shape.empty()) return Hdf5Space(H5Screate(H5S_SCALAR));
  std::vector<hsize_t> sizes(shape.begin(), shape.end());
  return Hdf5Space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr));
}

Hdf5Type make_text_type() {
  Hdf5Type type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), H5T_VARIABLE);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

/// Makes missing groups on the way to an object.
Hdf5Properties make_parents() {
  Hdf5Properties links(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(links.id(), 1);
  H5Pset_char_encoding(links.id(), H5T_CSET_UTF8);
  return links;
}

}  // namespace

struct Hdf5Writer::File {
  Hdf5FileHandle handle;

  File() {
    Hdf5Lock lock;
    handle = open_hdf5_memory({});
    if (!handle) fail("a file in memory");
  }
  ~File() {
    Hdf5Lock lock;
    handle = Hdf5FileHandle();
  }

  bool exists(const std::string& path) const {
    for (size_t end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
      if (H5Lexists(handle.id(), path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    }
    return path == "/" || H5Lexists(handle.id(), path.c_str(), H5P_DEFAULT) > 0;
  }

  void write_dataset(const std::string& path, const Tensor& tensor, hid_t file_type, hid_t memory_type) {
    Hdf5Space space = make_space(tensor.shape());
    Hdf5Properties links = make_parents();
    Hdf5Properties creation(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_obj_track_times(creation.id(), false);
    Hdf5Dataset dataset(
        H5Dcreate2(handle.id(), path.c_str(), file_type, space.id(), links.id(), creation.id(), H5P_DEFAULT));
    if (!dataset) fail(path);
    const std::byte* elements = tensor.bytes().data();
    if (tensor.empty()) return;
    if (H5Dwrite(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements) < 0) fail(path);
  }

  void write_attribute(const std::string& path, const std::string& name, const Shape& shape,
                       const std::vector<const char*>& texts) {
    Hdf5Lock lock;
    Hdf5Space space = make_space(shape);
    Hdf5Type type = make_text_type();
    Hdf5Object object(H5Oopen(handle.id(), path.c_str(), H5P_DEFAULT));
    if (!object) fail(path);
    Hdf5Attribute attribute(H5Acreate2(object.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT));
    if (!attribute) fail(path + ": attribute " + name);
    if (texts.empty()) return;
    if (H5Awrite(attribute.id(), type.id(), texts.data()) < 0) fail(path + ": attribute " + name);
  }
};

Hdf5Writer::Hdf5Writer() : file_(new File) {}
Hdf5Writer::~Hdf5Writer() = default;

void Hdf5Writer::group(const std::string& path) {
  Hdf5Lock lock;
  if (file_->exists(path)) return;
  Hdf5Properties links = make_parents();
  Hdf5Object group(H5Gcreate2(file_->handle.id(), path.c_str(), links.id(), H5P_DEFAULT, H5P_DEFAULT));
  if (!group) fail(path);
}

void Hdf5Writer::write(const std::string& dataset, const Tensor& tensor) {
  Hdf5Lock lock;
  if (tensor.dtype() != DType::boolean) {
    return file_->write_dataset(dataset, tensor, hdf5_file_type(tensor.dtype()), hdf5_memory_type(tensor.dtype()));
  }
  Hdf5Type boolean(make_hdf5_boolean());
  file_->write_dataset(dataset, tensor, boolean.id(), boolean.id());
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, const std::string& text) {
  file_->write_attribute(object, name, {}, {text.c_str()});
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  file_->write_attribute(object, name, {static_cast<int64_t>(texts.size())}, pointers);
}

std::string Hdf5Writer::finish() {
  Hdf5Lock lock;
  H5Fflush(file_->handle.id(), H5F_SCOPE_GLOBAL);
  ssize_t size = H5Fget_file_image(file_->handle.id(), nullptr, 0);
  if (size <= 0) fail("the file image");
  std::string bytes(static_cast<size_t>(size), '\0');
  if (H5Fget_file_image(file_->handle.id(), bytes.data(), bytes.size()) != size) fail("the file image");
  file_->handle = Hdf5FileHandle();
  return bytes;
}

}  // namespace sluice
