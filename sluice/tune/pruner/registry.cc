#include "sluice/tune/pruner/registry.h"

#include "sluice/tune/named_parameters.h"
#include "sluice/tune/pruner/none.h"

namespace sluice {
namespace {

struct Entry {
  PrunerInfo info;
  std::unique_ptr<Pruner> (*make)(const Json& parameters, const SearchProblem& problem, const std::string& path);
};

template <class Options, auto factory>
Entry entry(const char* name, const char* doc) {
  auto make = [](const Json& parameters, const SearchProblem& problem, const std::string& path) {
    return factory(read_fields<Options>(parameters, path), problem);
  };
  return {{name, doc, describe_fields<Options>()}, make};
}

/// All pruners there are: add yours here.
const std::vector<Entry>& entries() {
  static const std::vector<Entry> list = {
      entry<NoPrunerOptions, make_no_pruner>("none", "runs every trial to its end"),
  };
  return list;
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.push_back(entry.info.name);
  return names;
}

}  // namespace

std::unique_ptr<Pruner> make_pruner(const Json& description, const SearchProblem& problem, const std::string& path) {
  auto [name, parameters] = NamedParameters::read(description, path);
  for (const Entry& entry : entries()) {
    if (entry.info.name == name) return entry.make(parameters, problem, path + "/" + name);
  }
  throw PathError(path, unknown_name("pruner", name, names()));
}

std::vector<PrunerInfo> describe_pruners() {
  std::vector<PrunerInfo> infos;
  for (const Entry& entry : entries()) infos.push_back(entry.info);
  return infos;
}

}  // namespace sluice
