#include "sluice/params/fields.h"

#include <algorithm>
#include <charconv>

namespace sluice {
namespace {

/// The value of a text such as "1/255", or nothing.
std::optional<double> fraction(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto number = [](std::string_view part) {
    double value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    const bool whole = error == std::errc() && end == part.data() + part.size();
    return whole ? value : std::numeric_limits<double>::quiet_NaN();
  };
  const double value = number(text.substr(0, slash)) / number(text.substr(slash + 1));
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

void check_bounds(double value, const Bounds& bounds) {
  if (bounds.contains(value)) return;
  Json shown = value == std::floor(value) && std::abs(value) < 1e15 ? Json(static_cast<int64_t>(value)) : Json(value);
  throw invalid("expected " + bounds.text() + ", got " + shown.dump());
}

int64_t read_integer(const Json& json) {
  if (json.is_real()) {
    double value = json.as_real();
    if (value == std::floor(value) && std::abs(value) < 0x1p53) return static_cast<int64_t>(value);
  }
  return json.as_integer();
}

double read_real(const Json& json) {
  const auto value = json.is_string() ? fraction(json.as_string()) : std::nullopt;
  if (value) throw invalid("expected a number, got " + shown(json) + "; write " + Json(*value).dump());
  const double real = json.as_real();
  if (!std::isfinite(real)) throw invalid("expected a finite number");
  return real;
}

bool has_field(std::span<const FieldInfo> fields, std::string_view name) {
  return std::ranges::any_of(fields, [&](const FieldInfo& field) { return field.name == name; });
}

Json fields_schema(std::span<const FieldInfo> fields) {
  Json properties = Json::object();
  std::vector<std::string> required;
  for (const FieldInfo& field : fields) {
    Json& property = properties[field.name] = field.schema();
    property["description"] = field.doc;
    if (!field.default_value.is_null()) property["default"] = field.default_value;
    if (field.required) required.push_back(field.name);
  }
  return schema::map(std::move(properties), required);
}

}  // namespace sluice
