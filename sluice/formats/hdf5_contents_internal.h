#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/guarded_call.h"
#include "sluice/tensor/tensor.h"

namespace sluice {

/// All that an HDF5 file holds of what we read, by absolute path such as "/layers/dense"; the root is "". What cannot
/// be read has the reason in place of a value.
struct Hdf5Contents {
  struct Dataset {
    Tensor values;
    std::string fault;  ///< Why it cannot be read; else empty.
  };
  struct Attribute {
    std::vector<std::string> texts;
    std::string fault;
  };
  std::map<std::string, std::vector<std::string>> groups;              ///< With the names of their members.
  std::map<std::string, Dataset> datasets;                             ///< Each once, whatever leads to it.
  std::map<std::string, std::map<std::string, Attribute>> attributes;  ///< Of a group or dataset, by name.
  std::map<std::string, std::string> refused;                          ///< Links that are not followed.
  std::string fault;                                                   ///< Why nothing can be read; else empty.
};

/// Writes contents piece by piece as `read_hdf5_contents` reads them: for a pipe between processes, not for files.
class Hdf5ContentsWriter {
 public:
  explicit Hdf5ContentsWriter(const WriteBytes& write) : write_(write) {}

  void group(const std::string& path, const std::vector<std::string>& members);
  void dataset(const std::string& path, const Tensor& values);
  void dataset_fault(const std::string& path, const std::string& fault);
  void attribute(const std::string& path, const std::string& name, const Hdf5Contents::Attribute& attribute);
  void refused(const std::string& path, const std::string& reason);
  void fault(const std::string& reason);
  void end();

 private:
  const WriteBytes& write_;
};

/// Throws Error(invalid_argument) for anything but what a Hdf5ContentsWriter has written to its end.
Hdf5Contents read_hdf5_contents(std::string_view bytes);

}  // namespace sluice
