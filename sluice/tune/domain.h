#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sluice/base/json.h"

namespace sluice {

/// The integers `low`, `low + step`, … up to `high`. With `log` the mass of a value is that of [value, value + step)
/// under a log-uniform distribution.
struct IntRange {
  int64_t low = 0;
  int64_t high = 0;
  int64_t step = 1;
  bool log = false;
};

/// The reals between `low` and `high`; with `step` only `low`, `low + step`, … up to `high`.
struct FloatRange {
  double low = 0;
  double high = 0;
  std::optional<double> step;
  bool log = false;
};

/// One of several values in canonical form, each as likely: numbers, texts, or maps.
struct Choice {
  std::vector<Json> values;
};

/// The values one parameter of a space may take.
using Domain = std::variant<IntRange, FloatRange, Choice>;

/// Reads `{int: [low, high], log, step}`, `{float: [low, high], log, step}` or `{choice: [values]}`. Throws PathError
/// below `path` for unknown keys, low > high, log with low <= 0, step <= 0, no choices and wrong types.
Domain read_domain(const Json& json, const std::string& path);

/// What `read_domain` takes, in JSON Schema: maps, by their kind. `more` are keys that each may have besides.
std::vector<Json> domain_schemas(const Json& more);

/// Whether a value is one of the choices, or a number (for an IntRange a whole one) within the range; steps are not
/// looked at.
bool contains(const Domain& domain, const Json& value);

/// Writes what `read_domain` reads; keys at their defaults are left out.
Json domain_to_json(const Domain& domain);

/// Returns the value at `uniform`, 0 <= uniform < 1, of the domain's distribution function; rising for numbers.
Json value_at(const Domain& domain, double uniform);

/// Returns the uniform that `value_at` takes to a number: the value of the distribution function, for a grid that in
/// the middle of the value's cell. Numbers outside of the range count as its ends. Only for ranges.
double uniform_of(const Domain& range, double value);

/// Returns the number of values, or nothing for a range of reals without a step.
std::optional<int64_t> grid_size(const Domain& domain);

/// Returns the value at `index`, 0 <= index < grid_size.
Json grid_value(const Domain& domain, int64_t index);

/// Returns the least uniform that `value_at` takes to the value at `index`, 0 <= index <= grid_size; 1 for the last.
double grid_bound(const Domain& domain, int64_t index);

/// Returns the values that are worth a look before a search: all choices; the ends of a range, and for reals a point
/// between them, which shows where a whole number is needed.
std::vector<Json> telling_values(const Domain& domain);

}  // namespace sluice
