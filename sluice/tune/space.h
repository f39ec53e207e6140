#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/tune/domain.h"

namespace sluice {

/// The values of one trial: a map from parameter names to values, in the order of the space. Names that are inactive in
/// a trial are absent.
using Params = Json;

/// One named parameter of a space.
struct SpaceParameter {
  std::string name;
  Domain domain;
};

/// Whether a text can name a parameter: letters, digits and `_`, no digit first.
bool is_parameter_name(std::string_view text);

/// The parameters that a study searches, in the order they were declared. Immutable.
class Space {
 public:
  Space() = default;

  /// Reads `{name: {int: …}, name: {choice: …}}`. Throws PathError below `path`, as `read_domain` does, and for a name
  /// that is no word of letters, digits and underscores.
  static Space read(const Json& json, const std::string& path = "/space");

  /// Writes what `read` reads.
  Json to_json() const;

  const std::vector<SpaceParameter>& parameters() const { return parameters_; }
  /// The same in an order that does not depend on that of the declaration, the last in the alphabet first: samplers
  /// draw by the place of a parameter in it. Persistent: another order draws other trials.
  std::vector<const SpaceParameter*> by_name() const;
  bool empty() const { return parameters_.empty(); }
  std::vector<std::string> names() const;

  /// Returns given values (such as `defaults`) in the order of the space. They may lie outside of the ranges
  /// and choices: a baseline need not be one of the candidates. Throws PathError below `path` for a name that is not in
  /// the space, a missing name, and a value that is no number (no integer) where the space has a range.
  Params read_params(const Json& values, const std::string& path) const;

  /// Throws PathError below `path` for a value outside of its range or choices that is not the default either.
  void check_inside(const Params& params, const Params& defaults, const std::string& path) const;

 private:
  std::vector<SpaceParameter> parameters_;
};

}  // namespace sluice
