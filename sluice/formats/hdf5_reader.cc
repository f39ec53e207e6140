#include <algorithm>
#include <utility>

#include "sluice/base/error.h"
#include "sluice/base/guarded_call.h"
#include "sluice/formats/hdf5.h"
#include "sluice/formats/hdf5_contents_internal.h"
#include "sluice/formats/hdf5_handles_internal.h"
#include "sluice/formats/hdf5_walk_internal.h"

namespace sluice {
namespace {

/// What the HDF5 library may take for a file of so many bytes; most files are not packed at all.
GuardLimits limits_for(size_t file_bytes) {
  constexpr int64_t least = int64_t{1} << 30;
  constexpr int64_t bytes_per_second = 5'000'000;
  const auto bytes = static_cast<int64_t>(file_bytes);
  const int64_t most = std::max(least, 16 * bytes);
  return {.memory = most, .output = 2 * most, .cpu_seconds = 1 + bytes / bytes_per_second};
}

/// Returns "/a/b" for "a//b" and "" for "/".
std::string absolute(const std::string& path) {
  std::string clean;
  for (size_t start = 0; start < path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    if (end > start) clean += "/" + path.substr(start, end - start);
    start = end + 1;
  }
  return clean;
}

}  // namespace

bool is_hdf5(std::string_view bytes) { return bytes.starts_with("\x89HDF\r\n\x1a\n"); }

struct Hdf5Reader::File {
  std::string name;
  Hdf5Contents contents;

  File(std::string_view bytes, std::string display) : name(std::move(display)) {
    if (bytes.empty()) refuse("empty file, expected an HDF5 file");
    if (!is_hdf5(bytes)) refuse("not an HDF5 file");
    const GuardedResult result = read_apart(bytes);
    if (!result.fault.empty()) refuse("damaged HDF5 file: reading it " + result.fault);
    try {
      contents = read_hdf5_contents(result.output);
    } catch (const Error& error) {
      refuse(std::string("damaged HDF5 file: ") + error.what());
    }
    if (!contents.fault.empty()) refuse(contents.fault);
  }

  /// The lock is held, so that no other thread is inside the library while the process is forked.
  static GuardedResult read_apart(std::string_view bytes) {
    Hdf5Lock lock;
    const GuardLimits limits = limits_for(bytes.size());
    return guarded_call(limits, [&](const WriteBytes& write) {
      Hdf5ContentsWriter contents(write);
      walk_hdf5(bytes, limits.memory, contents);
    });
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw Error(ErrorCode::invalid_argument, name + ": " + reason);
  }
  [[noreturn]] void refuse(const std::string& object, const std::string& reason) const {
    refuse(object + ": " + reason);
  }

  bool exists(const std::string& clean) const {
    return contents.groups.contains(clean) || contents.datasets.contains(clean);
  }

  /// Says why an object is not there: a link on the way to it, or nothing of the kind.
  [[noreturn]] void refuse_missing(const std::string& path, const std::string& clean, const std::string& kind) const {
    for (size_t end = clean.find('/', 1); end != std::string::npos; end = clean.find('/', end + 1))
      refuse_link(path, clean.substr(0, end));
    refuse_link(path, clean);
    if (exists(clean)) refuse(path, "is no " + kind);
    refuse("has no " + kind + " " + path);
  }

  void refuse_link(const std::string& path, const std::string& clean) const {
    const auto link = contents.refused.find(clean);
    if (link != contents.refused.end()) refuse(path, link->second);
  }

  const Hdf5Contents::Attribute* find_attribute(const std::string& object, const std::string& attribute) const {
    const std::string clean = absolute(object);
    if (!exists(clean)) refuse_missing(object, clean, "object");
    const auto attributes = contents.attributes.find(clean);
    if (attributes == contents.attributes.end()) return nullptr;
    const auto found = attributes->second.find(attribute);
    return found == attributes->second.end() ? nullptr : &found->second;
  }
};

Hdf5Reader::Hdf5Reader(std::string bytes, const std::string& name) : file_(new File(bytes, name)) {}
Hdf5Reader::Hdf5Reader(const Path& path) : Hdf5Reader(read_file(path), path.string()) {}
Hdf5Reader::~Hdf5Reader() = default;
Hdf5Reader::Hdf5Reader(Hdf5Reader&&) noexcept = default;
Hdf5Reader& Hdf5Reader::operator=(Hdf5Reader&&) noexcept = default;

std::vector<std::string> Hdf5Reader::members(const std::string& group) const {
  const std::string clean = absolute(group);
  const auto found = file_->contents.groups.find(clean);
  if (found == file_->contents.groups.end()) file_->refuse_missing(group, clean, "group");
  return found->second;
}

bool Hdf5Reader::is_group(const std::string& path) const { return file_->contents.groups.contains(absolute(path)); }

bool Hdf5Reader::is_dataset(const std::string& path) const { return file_->contents.datasets.contains(absolute(path)); }

std::vector<std::string> Hdf5Reader::datasets() const {
  std::vector<std::string> names;
  for (const auto& entry : file_->contents.datasets) names.push_back(entry.first);
  return names;
}

Tensor Hdf5Reader::read(const std::string& dataset) const {
  const std::string clean = absolute(dataset);
  const auto found = file_->contents.datasets.find(clean);
  if (found == file_->contents.datasets.end()) file_->refuse_missing(dataset, clean, "dataset");
  if (!found->second.fault.empty()) file_->refuse(dataset, found->second.fault);
  return found->second.values;
}

std::string Hdf5Reader::text_attribute(const std::string& object, const std::string& name) const {
  std::vector<std::string> texts = text_list_attribute(object, name);
  if (texts.size() == 1) return texts[0];
  file_->refuse(object, "attribute " + name + " holds " + std::to_string(texts.size()) + " texts, expected one");
}

std::vector<std::string> Hdf5Reader::text_list_attribute(const std::string& object, const std::string& name) const {
  const Hdf5Contents::Attribute* attribute = file_->find_attribute(object, name);
  if (attribute == nullptr) file_->refuse(object, "has no attribute " + name);
  if (!attribute->fault.empty()) file_->refuse(object + ": attribute " + name, attribute->fault);
  return attribute->texts;
}

}  // namespace sluice
