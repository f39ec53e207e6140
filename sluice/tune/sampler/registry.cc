#include "sluice/tune/sampler/registry.h"

#include "sluice/tune/named_parameters.h"
#include "sluice/tune/sampler/grid.h"
#include "sluice/tune/sampler/random.h"

namespace sluice {
namespace {

struct Entry {
  SamplerInfo info;
  std::unique_ptr<Sampler> (*make)(const Json& parameters, const SearchProblem& problem, const std::string& path);
};

template <class Options, auto factory>
Entry entry(const char* name, const char* doc) {
  auto make = [](const Json& parameters, const SearchProblem& problem, const std::string& path) {
    return factory(read_fields<Options>(parameters, path), problem);
  };
  return {{name, doc, describe_fields<Options>()}, make};
}

/// All samplers there are: add yours here.
const std::vector<Entry>& entries() {
  static const std::vector<Entry> list = {
      entry<RandomSamplerOptions, make_random_sampler>("random", "draws every parameter independently"),
      entry<GridSamplerOptions, make_grid_sampler>("grid", "tries every combination once, in shuffled order"),
  };
  return list;
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.push_back(entry.info.name);
  return names;
}

}  // namespace

std::unique_ptr<Sampler> make_sampler(const Json& description, const SearchProblem& problem, const std::string& path) {
  auto [name, parameters] = NamedParameters::read(description, path);
  for (const Entry& entry : entries()) {
    if (entry.info.name == name) return entry.make(parameters, problem, path + "/" + name);
  }
  throw PathError(path, unknown_name("sampler", name, names()));
}

std::vector<SamplerInfo> describe_samplers() {
  std::vector<SamplerInfo> infos;
  for (const Entry& entry : entries()) infos.push_back(entry.info);
  return infos;
}

}  // namespace sluice
