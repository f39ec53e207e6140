#include <atomic>

#include "sluice/formats/hdf5_handles_internal.h"

namespace sluice {
namespace {

constexpr size_t growth = size_t{1} << 20;

std::mutex& library_mutex() {
  static std::mutex mutex;
  return mutex;
}

/// Keeps the description of the innermost call, the first that HDF5 visits when it walks upward.
herr_t keep_first(unsigned position, const H5E_error2_t* error, void* text) {
  if (position == 0 && error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

std::string unique_name() {
  static std::atomic<uint64_t> count{0};
  return "sluice-memory-" + std::to_string(count++);
}

}  // namespace

Hdf5Lock::Hdf5Lock() : lock_(library_mutex()) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
}

std::string hdf5_reason() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &text);
  return text;
}

Hdf5FileHandle open_hdf5_memory(std::string_view image) {
  Hdf5Properties access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_fapl_core(access.id(), growth, 0);
  std::string name = unique_name();
  if (image.empty()) return Hdf5FileHandle(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()));
  if (H5Pset_file_image(access.id(), const_cast<char*>(image.data()), image.size()) < 0) return Hdf5FileHandle();
  return Hdf5FileHandle(H5Fopen(name.c_str(), H5F_ACC_RDONLY, access.id()));
}

}  // namespace sluice
