#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// Says whether the bytes begin as an HDF5 file does.
bool is_hdf5(std::string_view bytes);

/// Reads an HDF5 file held in memory: groups, numeric datasets, text attributes. Nothing outside of these bytes is ever
/// opened: links other than hard ones, external and virtual storage and filters that are not built in are refused.
///
/// Paths are such as "/layers/dense/vars/0"; the leading slash may be left out, "/" is the root group. Every function
/// may be called from any thread; one lock for the whole process guards the HDF5 library.
///
/// The bytes may come from strangers: the constructor reads all of them in a child process (base/guarded_call.h) with
/// limits on memory, processor time and files, and only numbers, names and texts come back. A fault inside the HDF5
/// library, which release 1.10.8 has for some damaged files, is one Error.
///
/// All functions throw Error(invalid_argument) naming the file, and the object where there is one. Cut-off files are
/// always refused.
class Hdf5Reader {
 public:
  /// name  stands for the file in messages
  ///
  /// Throws when the bytes are no HDF5 file or are cut off, or the library fails on them; Error(io) when no process can
  /// be made.
  Hdf5Reader(std::string bytes, const std::string& name);
  /// Reads the file; throws Error(not_found) or Error(io) as read_file does.
  explicit Hdf5Reader(const Path& path);
  ~Hdf5Reader();
  Hdf5Reader(Hdf5Reader&&) noexcept;
  Hdf5Reader& operator=(Hdf5Reader&&) noexcept;

  /// The names of a group's members, in alphabetical order. Throws when there is no such group.
  std::vector<std::string> members(const std::string& group = "/") const;

  /// Says whether there is such a group or dataset; false for links that are refused, and for further paths to what
  /// `datasets` names.
  bool is_group(const std::string& path) const;
  bool is_dataset(const std::string& path) const;

  /// The absolute paths of all datasets of the file, in alphabetical order; each dataset once.
  std::vector<std::string> datasets() const;

  /// Reads a dataset of integers, reals (16-bit ones become float32) or booleans as h5py writes them; big endian ones
  /// are converted. A scalar has the shape []. The elements are shared with this reader. Throws for anything else, and
  /// for a size that the file cannot hold.
  Tensor read(const std::string& dataset) const;

  /// Reads an attribute that is one text, of fixed or variable length.
  std::string text_attribute(const std::string& object, const std::string& name) const;

  /// Reads an attribute that is a list of texts; one text is a list of one.
  std::vector<std::string> text_list_attribute(const std::string& object, const std::string& name) const;

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Writes an HDF5 file into memory, readable by HDF5 1.6 and later. The same calls give the same bytes: there are no
/// timestamps. Throws Error(internal) when a path is written twice or an attribute has no object.
class Hdf5Writer {
 public:
  Hdf5Writer();
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// Makes a group and its parents; nothing happens when it is there.
  void group(const std::string& path);

  /// Writes a dataset of the tensor's type, little endian, and makes its parents. The shape [] gives a scalar.
  void write(const std::string& dataset, const Tensor& tensor);

  /// Writes an attribute of a group or dataset as UTF-8 text of variable length.
  void attribute(const std::string& object, const std::string& name, const std::string& text);
  void attribute(const std::string& object, const std::string& name, const std::vector<std::string>& texts);

  /// Returns the file. The writer takes nothing more afterwards.
  std::string finish();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace sluice
