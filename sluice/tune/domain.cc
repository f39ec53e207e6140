#include "sluice/tune/domain.h"

#include <algorithm>
#include <cmath>

#include "sluice/base/canonical.h"
#include "sluice/params/fields.h"

namespace sluice {
namespace {

constexpr double largest_integer = 0x1p53;

/// The keys of a range, read before they are checked.
struct RangeKeys {
  Json::Array bounds;
  Json step;
  bool log = false;
};

template <class T>
T read_value(const Json& json, const std::string& path) {
  try {
    return FieldType<T>::read(json, {});
  } catch (const Error& error) {
    throw PathError(path, error.what());
  }
}

RangeKeys read_range_keys(const Json& json, const std::string& kind, const std::string& path) {
  RangeKeys keys;
  const Json& bounds = json.at(kind);
  if (!bounds.is_array() || bounds.size() != 2) {
    throw PathError(path + "/" + kind, kind + ": expected [low, high], got " + shown(bounds));
  }
  keys.bounds = bounds.as_array();
  if (const Json* step = json.find("step")) keys.step = *step;
  if (const Json* log = json.find("log")) keys.log = read_value<bool>(*log, path + "/log");
  return keys;
}

template <class T>
void check_range(T low, T high, T step, bool log, const std::string& kind, const std::string& path) {
  std::string range = "[" + Json(low).dump() + ", " + Json(high).dump() + "]";
  if (low > high) throw PathError(path + "/" + kind, kind + ": expected low <= high, got " + range);
  if (log && low <= 0) throw PathError(path + "/log", "log: expected low > 0 for a logarithmic range, got " + range);
  if (step <= 0) throw PathError(path + "/step", "step: expected > 0, got " + Json(step).dump());
}

IntRange read_int_range(const Json& json, const std::string& path) {
  RangeKeys keys = read_range_keys(json, "int", path);
  IntRange range{.log = keys.log};
  range.low = read_value<int64_t>(keys.bounds[0], path + "/int/0");
  range.high = read_value<int64_t>(keys.bounds[1], path + "/int/1");
  if (!keys.step.is_null()) range.step = read_value<int64_t>(keys.step, path + "/step");
  check_range(range.low, range.high, range.step, range.log, "int", path);
  double farthest = std::max(std::abs(static_cast<double>(range.low)), std::abs(static_cast<double>(range.high)));
  if (farthest >= largest_integer) throw PathError(path + "/int", "int: expected bounds within 2^53");
  return range;
}

FloatRange read_float_range(const Json& json, const std::string& path) {
  RangeKeys keys = read_range_keys(json, "float", path);
  FloatRange range{.log = keys.log};
  range.low = read_value<double>(keys.bounds[0], path + "/float/0");
  range.high = read_value<double>(keys.bounds[1], path + "/float/1");
  if (!keys.step.is_null()) range.step = read_value<double>(keys.step, path + "/step");
  check_range(range.low, range.high, range.step.value_or(1), range.log, "float", path);
  if (range.step && (range.high - range.low) / *range.step >= largest_integer) {
    throw PathError(path + "/step", "step: too small for this range");
  }
  return range;
}

Choice read_choice(const Json& json, const std::string& path) {
  const Json values = canonical(json.at("choice"));
  if (!values.is_array() || values.empty()) {
    throw PathError(path + "/choice", "choice: expected a list of at least one value, got " + shown(values));
  }
  for (const char* key : {"log", "step"}) {
    if (json.contains(key)) throw PathError(path + "/" + key, std::string(key) + " suits int and float, not choice");
  }
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t other = 0; other < i; ++other) {
      if (!(values[i] == values[other])) continue;
      throw PathError(path + "/choice/" + std::to_string(i), "choice: " + values[i].dump() + " appears twice");
    }
  }
  return {values.as_array()};
}

void check_keys(const Json& json, const std::string& path) {
  static const std::vector<std::string> known = {"int", "float", "choice", "log", "step", "when"};
  for (const auto& [key, value] : json.as_object()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      throw PathError(path + "/" + key, unknown_name("key", key, known));
    }
  }
}

int64_t count(const IntRange& range) { return (range.high - range.low) / range.step + 1; }

/// A range such as [0.1, 0.3] with step 0.1 has three values although 0.2 / 0.1 is a hair below 2.
int64_t count(const FloatRange& range) {
  return static_cast<int64_t>(std::floor((range.high - range.low) / *range.step * (1 + 1e-12) + 1e-9)) + 1;
}

double at_index(const FloatRange& range, int64_t index) {
  return std::min(range.low + static_cast<double>(index) * *range.step, range.high);
}

double log_uniform(double low, double high, double uniform) {
  return std::exp(std::log(low) + uniform * (std::log(high) - std::log(low)));
}

/// Index of the cell [low + i step, low + (i + 1) step) that `uniform` falls into; the cells share out the mass.
int64_t cell_at(double low, double step, int64_t cells, bool log, double uniform) {
  auto number = static_cast<double>(cells);
  double cell = log ? (log_uniform(low, low + number * step, uniform) - low) / step : uniform * number;
  return std::clamp(static_cast<int64_t>(cell), int64_t{0}, cells - 1);
}

/// The share of the mass below `value`, which lies between `low` and `high`.
double share_below(double low, double high, bool log, double value) {
  if (low == high) return 0.5;
  return log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

double uniform_of_cell(const Domain& domain, int64_t index) {
  return (grid_bound(domain, index) + grid_bound(domain, index + 1)) / 2;
}

double bound_of(const IntRange& range, int64_t index) {
  const auto low = static_cast<double>(range.low), step = static_cast<double>(range.step);
  return share_below(low, low + static_cast<double>(count(range)) * step, range.log,
                     low + static_cast<double>(index) * step);
}

double bound_of(const FloatRange& range, int64_t index) {
  const double step = *range.step;
  return share_below(range.low, range.low + static_cast<double>(count(range)) * step, range.log,
                     range.low + static_cast<double>(index) * step);
}

double bound_of(const Choice& choice, int64_t index) {
  return static_cast<double>(index) / static_cast<double>(choice.values.size());
}

Json value_of(const IntRange& range, double uniform) {
  auto cell =
      cell_at(static_cast<double>(range.low), static_cast<double>(range.step), count(range), range.log, uniform);
  return range.low + cell * range.step;
}

Json value_of(const FloatRange& range, double uniform) {
  if (range.step) return at_index(range, cell_at(range.low, *range.step, count(range), range.log, uniform));
  double value =
      range.log ? log_uniform(range.low, range.high, uniform) : range.low + uniform * (range.high - range.low);
  return std::clamp(value, range.low, range.high);
}

Json value_of(const Choice& choice, double uniform) {
  return choice.values[static_cast<size_t>(uniform * static_cast<double>(choice.values.size()))];
}

template <class Range>
Json range_to_json(const char* kind, const Range& range) {
  Json json = Json::object();
  json[kind] = Json::Array{range.low, range.high};
  if (range.log) json["log"] = true;
  return json;
}

Json to_json(const IntRange& range) {
  Json json = range_to_json("int", range);
  if (range.step != 1) json["step"] = range.step;
  return json;
}

Json to_json(const FloatRange& range) {
  Json json = range_to_json("float", range);
  if (range.step) json["step"] = *range.step;
  return json;
}

Json to_json(const Choice& choice) { return Json::Object{{"choice", choice.values}}; }

}  // namespace

Domain read_domain(const Json& json, const std::string& path) {
  const char* expected = "expected {int: [low, high]}, {float: [low, high]} or {choice: [values]}, got ";
  if (!json.is_object()) throw PathError(path, expected + shown(json));
  check_keys(json, path);
  int kinds = json.contains("int") + json.contains("float") + json.contains("choice");
  if (kinds != 1) throw PathError(path, expected + shown(json));
  if (json.contains("int")) return read_int_range(json, path);
  if (json.contains("float")) return read_float_range(json, path);
  return read_choice(json, path);
}

std::vector<Json> domain_schemas(const Json& more) {
  const auto schema_of = [&](const std::string& kind, Json values, const Json& step) {
    Json properties = more;
    properties[kind] = std::move(values);
    if (!step.is_null()) {
      properties["log"] = schema::boolean();
      properties["step"] = step;
    }
    return schema::map(std::move(properties), {kind});
  };
  return {schema_of("int", schema::pair(schema::integer({})), schema::integer(at_least(1))),
          schema_of("float", schema::pair(schema::number({})), schema::number(above(0))),
          schema_of("choice", schema::list(schema::anything()), Json())};
}

bool contains(const Domain& domain, const Json& value) {
  if (const auto* choice = std::get_if<Choice>(&domain))
    return std::find(choice->values.begin(), choice->values.end(), value) != choice->values.end();
  if (const auto* range = std::get_if<IntRange>(&domain))
    return value.is_integer() && value.as_integer() >= range->low && value.as_integer() <= range->high;
  const auto& range = std::get<FloatRange>(domain);
  return value.is_number() && value.as_real() >= range.low && value.as_real() <= range.high;
}

Json domain_to_json(const Domain& domain) {
  return std::visit([](const auto& kind) { return to_json(kind); }, domain);
}

Json value_at(const Domain& domain, double uniform) {
  return std::visit([&](const auto& kind) { return value_of(kind, uniform); }, domain);
}

std::optional<int64_t> grid_size(const Domain& domain) {
  if (const auto* choice = std::get_if<Choice>(&domain)) return static_cast<int64_t>(choice->values.size());
  if (const auto* range = std::get_if<IntRange>(&domain)) return count(*range);
  const auto& range = std::get<FloatRange>(domain);
  if (!range.step) return std::nullopt;
  return count(range);
}

Json grid_value(const Domain& domain, int64_t index) {
  if (const auto* choice = std::get_if<Choice>(&domain)) return choice->values[static_cast<size_t>(index)];
  if (const auto* range = std::get_if<IntRange>(&domain)) return range->low + index * range->step;
  return at_index(std::get<FloatRange>(domain), index);
}

double grid_bound(const Domain& domain, int64_t index) {
  return std::visit([&](const auto& kind) { return bound_of(kind, index); }, domain);
}

double uniform_of(const Domain& range, double value) {
  const auto* whole = std::get_if<IntRange>(&range);
  const auto* real = std::get_if<FloatRange>(&range);
  const double low = whole != nullptr ? static_cast<double>(whole->low) : real->low;
  const double high = whole != nullptr ? static_cast<double>(whole->high) : real->high;
  const double inside = std::clamp(value, low, high);
  if (whole == nullptr && !real->step) return share_below(low, high, real->log, inside);
  const double step = whole != nullptr ? static_cast<double>(whole->step) : *real->step;
  const auto nearest = static_cast<int64_t>(std::nearbyint((inside - low) / step));
  return uniform_of_cell(range, std::min(nearest, *grid_size(range) - 1));
}

std::vector<Json> telling_values(const Domain& domain) {
  if (const auto* choice = std::get_if<Choice>(&domain)) return choice->values;
  if (const auto* range = std::get_if<IntRange>(&domain)) return {range->low, range->high};
  const auto& range = std::get<FloatRange>(domain);
  if (range.step) return {range.low, std::min(range.low + *range.step, range.high), range.high};
  return {range.low, range.high, range.low + (range.high - range.low) * 0.618033988749895};
}

}  // namespace sluice
