#include "sluice/tune/identity.h"

#include <algorithm>

#include "sluice/base/canonical.h"
#include "sluice/base/error.h"
#include "sluice/base/suggest.h"
#include "sluice/tune/named_parameters.h"

namespace sluice {
namespace {

/// Returns the fact's name and, where they are short enough to read, its two values.
std::string difference(const std::string& name, const Json* there, const Json* here) {
  std::string text_there = there == nullptr ? "absent" : there->dump();
  std::string text_here = here == nullptr ? "absent" : here->dump();
  constexpr size_t readable = 60;
  if (std::max(text_there.size(), text_here.size()) > readable) return name;
  return name + " (" + text_there + " there, " + text_here + " here)";
}

}  // namespace

Json study_identity(const StudyOptions& options, const SearchProblem& problem, int64_t slots) {
  Json::Array enqueued(problem.given.begin() + 1, problem.given.end());
  Json::Object facts = {{"seed", options.seed},
                        {"slots", slots},
                        {"objective", options.objective.text()},
                        {"space", options.space.to_json()},
                        {"defaults", problem.given[0]},
                        {"enqueue", enqueued},
                        {"sampler", NamedParameters::read(options.sampler, "/search/sampler").to_json()},
                        {"pruner", NamedParameters::read(options.pruner, "/search/pruner").to_json()}};
  for (const auto& fact : options.identity.as_object()) facts.push_back(fact);
  for (auto& [name, fact] : facts) fact = canonical(fact);
  return facts;
}

void check_identity(const Json& journalled, const Json& present, const Path& directory) {
  std::vector<std::string> differences;
  for (const auto& [name, here] : present.as_object()) {
    const Json* there = journalled.find(name);
    if (there == nullptr || *there != here) differences.push_back(difference(name, there, &here));
  }
  for (const auto& [name, there] : journalled.as_object()) {
    if (!present.contains(name)) differences.push_back(difference(name, &there, nullptr));
  }
  if (differences.empty()) return;
  throw Error(ErrorCode::conflict, directory.string() + " holds another study; it differs in " + join(differences) +
                                       ". Take another directory or remove this one");
}

}  // namespace sluice
