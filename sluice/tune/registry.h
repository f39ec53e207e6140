#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/params/fields.h"
#include "sluice/tune/named_parameters.h"
#include "sluice/tune/search_problem.h"

namespace sluice {

/// What help prints about a sampler or a pruner.
struct SearchPartInfo {
  std::string name;
  std::string doc;
  std::vector<FieldInfo> parameters;
};

/// The samplers or the pruners there are, by name.
template <class Part>
class SearchRegistry {
 public:
  struct Entry {
    SearchPartInfo info;
    std::unique_ptr<Part> (*make)(const Json& parameters, const SearchProblem& problem, const std::string& path);
  };

  /// `kind` is the word for one of them in messages.
  SearchRegistry(std::string_view kind, std::vector<Entry> entries) : kind_(kind), entries_(std::move(entries)) {}

  /// An entry whose parameters are the fields of `Options` and which `factory(options, problem)` makes.
  template <class Options, auto factory>
  static Entry entry(const char* name, const char* doc) {
    auto make = [](const Json& parameters, const SearchProblem& problem, const std::string& path) {
      return factory(read_fields<Options>(parameters, path), problem);
    };
    return {{name, doc, describe_fields<Options>()}, make};
  }

  /// Throws PathError below `path` for an unknown name, with the nearest known one, or parameter.
  std::unique_ptr<Part> make(const Json& description, const SearchProblem& problem, const std::string& path) const {
    auto [name, parameters] = NamedParameters::read(description, path);
    std::vector<std::string> names;
    for (const Entry& entry : entries_) {
      if (entry.info.name == name) return entry.make(parameters, problem, path + "/" + name);
      names.push_back(entry.info.name);
    }
    throw PathError(path, unknown_name(kind_, name, names));
  }

  std::vector<SearchPartInfo> describe() const {
    std::vector<SearchPartInfo> infos;
    for (const Entry& entry : entries_) infos.push_back(entry.info);
    return infos;
  }

 private:
  std::string_view kind_;
  std::vector<Entry> entries_;
};

}  // namespace sluice
