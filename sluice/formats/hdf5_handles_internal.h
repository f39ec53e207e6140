#pragma once

#include <hdf5.h>

#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace sluice {

/// Holds the lock that guards the HDF5 library (Debian's build is not thread safe) and keeps it from printing errors
/// and from loading filter plug-ins.
class Hdf5Lock {
 public:
  Hdf5Lock();

 private:
  std::scoped_lock<std::mutex> lock_;
};

/// Returns the library's reason for the latest failed call, or "".
std::string hdf5_reason();

/// An HDF5 identifier that closes itself. Made and destroyed under an Hdf5Lock.
template <herr_t (*close)(hid_t)>
class Hdf5Handle {
 public:
  explicit Hdf5Handle(hid_t id = H5I_INVALID_HID) : id_(id) {}
  ~Hdf5Handle() {
    if (id_ >= 0) close(id_);
  }
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(other.release()) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }

  hid_t id() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  hid_t release() { return std::exchange(id_, H5I_INVALID_HID); }

 private:
  hid_t id_;
};

using Hdf5FileHandle = Hdf5Handle<H5Fclose>;
using Hdf5Object = Hdf5Handle<H5Oclose>;
using Hdf5Dataset = Hdf5Handle<H5Dclose>;
using Hdf5Attribute = Hdf5Handle<H5Aclose>;
using Hdf5Space = Hdf5Handle<H5Sclose>;
using Hdf5Type = Hdf5Handle<H5Tclose>;
using Hdf5Properties = Hdf5Handle<H5Pclose>;

/// Opens a file in memory: an image to read, or, when `image` is empty, a new file to write. Each has a name of its
/// own, as HDF5 takes two open files of one name for the same file.
Hdf5FileHandle open_hdf5_memory(std::string_view image);

}  // namespace sluice
