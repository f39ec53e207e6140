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

/// That another parameter has one of these values.
struct Condition {
  std::string name;
  std::vector<Json> values;

  bool operator==(const Condition&) const = default;
};

/// One named parameter of a space. It is active where all its conditions hold; a condition on an inactive parameter
/// does not.
struct SpaceParameter {
  std::string name;
  Domain domain;
  std::vector<Condition> when = {};
};

/// Whether a text can name a parameter: letters, digits and `_`, no digit first.
bool is_parameter_name(std::string_view text);

/// The parameters that a study searches, in the order they were declared. Immutable.
class Space {
 public:
  Space() = default;

  /// Reads `{name: {int: …}, name: {choice: …, when: {other: value or [values]}}}`. Throws PathError below `path`, as
  /// `read_domain` does, for a name that is no word of letters, digits and underscores, and for conditions on unknown
  /// names, on values that the other cannot have, and on each other.
  static Space read(const Json& json, const std::string& path = "/space");

  /// What `read` takes, in JSON Schema.
  static Json schema();

  /// Writes what `read` reads.
  Json to_json() const;

  const std::vector<SpaceParameter>& parameters() const { return parameters_; }
  /// The same in an order that does not depend on that of the declaration, the last in the alphabet first: samplers
  /// draw by the place of a parameter in it. Persistent: another order draws other trials.
  std::vector<const SpaceParameter*> by_name() const;
  bool empty() const { return parameters_.empty(); }
  std::vector<std::string> names() const;

  /// Whether a parameter is active with these values; those of inactive parameters may be among them.
  bool is_active(const SpaceParameter& parameter, const Json& values) const;

  /// Returns given values (such as `defaults`) in the order of the space. They may lie outside of the ranges and
  /// choices: a baseline need not be one of the candidates. Throws PathError below `path` for a name that is not in the
  /// space, and a value that is no number (no integer) where the space has a range.
  Json read_values(const Json& values, const std::string& path) const;

  /// Returns the same without those of inactive parameters. Throws PathError too where one of an active parameter is
  /// missing.
  Params read_params(const Json& values, const std::string& path) const;

  /// Returns values with `name` at `value`, and as little else changed as makes it active: what it depends on has the
  /// first value that its conditions name; what becomes active by that is in the middle of its distribution.
  Params with(const Params& params, const std::string& name, const Json& value) const;

  /// Throws PathError below `path` for a value outside of its range or choices that is not the default either.
  void check_inside(const Params& params, const Params& defaults, const std::string& path) const;

 private:
  const SpaceParameter& parameter(const std::string& name) const;

  std::vector<SpaceParameter> parameters_;
};

}  // namespace sluice
