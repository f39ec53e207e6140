#include "sluice/tune/identity.h"

#include "sluice/base/canonical.h"
#include "sluice/base/differences.h"
#include "sluice/base/error.h"
#include "sluice/base/hash.h"
#include "sluice/tune/named_parameters.h"

namespace sluice {
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
  if (!options.earlier.trials.empty()) {
    const std::string trials = canonical(options.earlier.to_json()).dump();
    facts.emplace_back("warm_start", content_hash(trials));
  }
  for (const auto& fact : options.identity.as_object()) facts.push_back(fact);
  for (auto& [name, fact] : facts) fact = canonical(fact);
  return facts;
}

void check_identity(const Json& journalled, const Json& present, const Path& directory) {
  const std::string places = differences(journalled, present);
  if (places.empty()) return;
  throw Error(ErrorCode::conflict, directory.string() + " holds another study; it differs in " + places +
                                       ". Take another directory (--study) or remove this one");
}

}  // namespace sluice
