#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "sluice/base/error.h"
#include "sluice/base/json.h"
#include "sluice/base/suggest.h"
#include "sluice/params/bounds.h"
#include "sluice/params/json_schema.h"
#include "sluice/params/shown.h"

/// Parameters declared once. A struct lists its members in `static constexpr auto fields()`; reading and writing JSON,
/// bounds checks, help and the JSON Schema come from that list.
///
///   struct Dropout {
///     double rate = 0.5;
///     static constexpr auto fields() {
///       return std::tuple{field("rate", &Dropout::rate, between(0, 1).below_high(), "share of inputs set to zero")};
///     }
///   };
namespace sluice {

/// An error at a place inside a document; `path` is a JSON pointer such as "/model/3/Dense/units".
class PathError : public Error {
 public:
  PathError(std::string path, const std::string& message, ErrorCode code = ErrorCode::invalid_argument)
      : Error(code, message), path_(std::move(path)) {}
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A height and a width; one number in JSON stands for both.
struct Size2 {
  int64_t height = 1;
  int64_t width = 1;
  bool operator==(const Size2&) const = default;
};

template <class Struct, class T>
struct Field {
  std::string_view name;
  T Struct::* member;
  Bounds bounds;
  std::string_view doc;
  bool required = false;  ///< Must be given; the member's initial value is no default.
};

template <class Struct, class T>
constexpr Field<Struct, T> field(std::string_view name, T Struct::* member, std::string_view doc) {
  return {name, member, Bounds{}, doc};
}
template <class Struct, class T>
constexpr Field<Struct, T> field(std::string_view name, T Struct::* member, Bounds bounds, std::string_view doc) {
  return {name, member, bounds, doc};
}

/// A field without a default: reading throws where it is missing.
template <class Struct, class T>
constexpr Field<Struct, T> required(std::string_view name, T Struct::* member, std::string_view doc) {
  return {name, member, Bounds{}, doc, true};
}
template <class Struct, class T>
constexpr Field<Struct, T> required(std::string_view name, T Struct::* member, Bounds bounds, std::string_view doc) {
  return {name, member, bounds, doc, true};
}

/// What help and schemas say about one field.
struct FieldInfo {
  std::string name;
  std::string type;
  Json default_value;  ///< Null where it is required.
  Bounds bounds;
  std::string doc;
  bool required = false;
  Json (*type_schema)(const Bounds& bounds) = nullptr;

  /// Its values in JSON Schema.
  Json schema() const { return type_schema(bounds); }
};

/// Whether one of the fields has the name.
bool has_field(std::span<const FieldInfo> fields, std::string_view name);

/// A map of these fields in JSON Schema; where none is required it may be null.
Json fields_schema(std::span<const FieldInfo> fields);

/// An enumeration used as a field defines `enum_names(E)`, found by its namespace: the names in the order of its
/// values. It may define `enum_alias(E, name)`, which turns a second name into the one that is written.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E value) { enum_names(value); };

/// Returns the name of an enumeration's value as users write it.
template <NamedEnum E>
std::string_view enum_name(E value) {
  return enum_names(value)[static_cast<size_t>(value)];
}

/// How a C++ type is read from and written to JSON, and what `schema` (JSON Schema) says of it. `read` throws
/// Error(invalid_argument).
template <class T>
struct FieldType;

template <>
struct FieldType<bool> {
  static std::string type() { return "boolean"; }
  static Json schema(const Bounds&) { return schema::boolean(); }
  static bool read(const Json& json, const Bounds&) { return json.as_bool(); }
  static Json write(bool value) { return Json(value); }
};

/// Throws Error(invalid_argument) when `value` is outside of `bounds`.
void check_bounds(double value, const Bounds& bounds);
/// Reads an integer; a real without a fraction counts.
int64_t read_integer(const Json& json);
/// Reads a finite number; of a fraction such as "1/255" the error says what to write.
double read_real(const Json& json);

template <class T>
  requires(std::integral<T> && !std::same_as<T, bool>)
struct FieldType<T> {
  static std::string type() { return "integer"; }
  static Json schema(const Bounds& bounds) { return schema::integer(bounds); }
  static T read(const Json& json, const Bounds& bounds) {
    int64_t value = read_integer(json);
    check_bounds(static_cast<double>(value), bounds);
    if (value > static_cast<int64_t>(std::numeric_limits<T>::max()))
      throw invalid("expected a smaller number, got " + shown(json));
    return static_cast<T>(value);
  }
  static Json write(T value) { return Json(value); }
};

template <std::floating_point T>
struct FieldType<T> {
  static std::string type() { return "number"; }
  static Json schema(const Bounds& bounds) { return schema::number(bounds); }
  static T read(const Json& json, const Bounds& bounds) {
    double value = read_real(json);
    check_bounds(value, bounds);
    return static_cast<T>(value);
  }
  static Json write(T value) { return Json(value); }
};

template <>
struct FieldType<std::string> {
  static std::string type() { return "text"; }
  static Json schema(const Bounds&) { return schema::text(); }
  static std::string read(const Json& json, const Bounds&) { return json.as_string(); }
  static Json write(const std::string& value) { return Json(value); }
};

template <>
struct FieldType<Json> {
  static std::string type() { return "any"; }
  static Json schema(const Bounds&) { return schema::anything(); }
  static Json read(const Json& json, const Bounds&) { return json; }
  static Json write(const Json& value) { return value; }
};

template <>
struct FieldType<Size2> {
  static std::string type() { return "integer or [height, width]"; }
  static Json schema(const Bounds& bounds) {
    return schema::either({schema::integer(bounds), schema::pair(schema::integer(bounds))});
  }
  static Size2 read(const Json& json, const Bounds& bounds) {
    if (!json.is_array()) {
      auto side = FieldType<int64_t>::read(json, bounds);
      return {side, side};
    }
    if (json.size() != 2) throw invalid("expected an integer or [height, width], got " + shown(json));
    return {FieldType<int64_t>::read(json[0], bounds), FieldType<int64_t>::read(json[1], bounds)};
  }
  static Json write(const Size2& value) { return Json(Json::Array{Json(value.height), Json(value.width)}); }
};

template <class T>
struct FieldType<std::optional<T>> {
  static std::string type() { return FieldType<T>::type() + " or null"; }
  static Json schema(const Bounds& bounds) { return schema::either({FieldType<T>::schema(bounds), schema::nothing()}); }
  static std::optional<T> read(const Json& json, const Bounds& bounds) {
    if (json.is_null()) return std::nullopt;
    return FieldType<T>::read(json, bounds);
  }
  static Json write(const std::optional<T>& value) { return value ? FieldType<T>::write(*value) : Json(); }
};

template <class T>
struct FieldType<std::vector<T>> {
  static std::string type() { return "list of " + FieldType<T>::type(); }
  static Json schema(const Bounds& bounds) { return schema::list(FieldType<T>::schema(bounds)); }
  static std::vector<T> read(const Json& json, const Bounds& bounds) {
    std::vector<T> values;
    for (const Json& element : json.as_array()) values.push_back(FieldType<T>::read(element, bounds));
    return values;
  }
  static Json write(const std::vector<T>& values) {
    Json list = Json::array();
    for (const T& value : values) list.push_back(FieldType<T>::write(value));
    return list;
  }
};

template <NamedEnum E>
struct FieldType<E> {
  static std::vector<std::string> names() {
    auto list = enum_names(E{});
    return {std::begin(list), std::end(list)};
  }
  static std::string type() { return join(names(), " | "); }
  static Json schema(const Bounds&) {
    if constexpr (requires { enum_alias(E{}, std::string_view()); }) {
      return schema::either({schema::names(names()), schema::text()});
    } else {
      return schema::names(names());
    }
  }
  static E read(const Json& json, const Bounds&) {
    auto known = names();
    std::string_view given = json.as_string();
    if constexpr (requires { enum_alias(E{}, given); }) given = enum_alias(E{}, given);
    for (size_t i = 0; i < known.size(); ++i) {
      if (known[i] == given) return static_cast<E>(i);
    }
    throw invalid(unknown_name("value", given, known) +
                  (nearest_name(given, known).empty() ? "" : " Known: " + join(known)));
  }
  static Json write(E value) { return Json(std::string(enum_name(value))); }
};

/// The names of a struct's fields.
template <class T>
std::vector<std::string> field_names() {
  std::vector<std::string> names;
  std::apply([&](const auto&... field) { (names.emplace_back(field.name), ...); }, T::fields());
  return names;
}

/// Throws PathError at `path` when a required field of T is missing in a map; null is an empty one.
template <class T>
void check_required(const Json& json, const std::string& path) {
  auto check = [&](const auto& field) {
    if (!field.required || (json.is_object() && json.contains(field.name))) return;
    std::string owner;
    if constexpr (requires { T::class_name; }) owner = std::string(T::class_name) + ": ";
    throw PathError(path, owner + "missing \"" + std::string(field.name) + "\"");
  };
  std::apply([&](const auto&... field) { (check(field), ...); }, T::fields());
}

/// Reads a struct from a map; null is an empty one. Missing fields keep their defaults. Throws PathError below `path`
/// for an unknown name (with the nearest known one), a wrong type, or a value out of bounds, and at `path` for a
/// required field that is missing.
template <class T>
T read_fields(const Json& json, const std::string& path = "") {
  T result;
  if (json.is_null()) {
    check_required<T>(json, path);
    return result;
  }
  if (!json.is_object()) {
    const std::vector<std::string> names = field_names<T>();
    const std::string example =
        json.is_array() || names.empty() ? "" : ", such as {" + names[0] + ": " + shown(json) + "}";
    throw PathError(path, "expected a map of parameters" + example + ", got " + shown(json));
  }
  for (const auto& [key, value] : json.as_object()) {
    bool known = false;
    auto read = [&](const auto& field) {
      if (field.name != key) return;
      known = true;
      using Member = std::remove_reference_t<decltype(result.*field.member)>;
      try {
        result.*field.member = FieldType<Member>::read(value, field.bounds);
      } catch (const Error& error) {
        throw PathError(path + "/" + key, key + ": " + error.what());
      }
    };
    std::apply([&](const auto&... field) { (read(field), ...); }, T::fields());
    if (!known) throw PathError(path + "/" + key, unknown_name("parameter", key, field_names<T>()));
  }
  check_required<T>(json, path);
  return result;
}

/// Writes every field of a struct, in the order of declaration.
template <class T>
Json write_fields(const T& value) {
  Json json = Json::object();
  auto write = [&](const auto& field) {
    using Member = std::remove_cvref_t<decltype(value.*field.member)>;
    json[field.name] = FieldType<Member>::write(value.*field.member);
  };
  std::apply([&](const auto&... field) { (write(field), ...); }, T::fields());
  return json;
}

/// A default as users would write it: a type may say so with `shown`, else it is what `write` returns.
template <class T>
Json shown_default(const T& value) {
  if constexpr (requires { FieldType<T>::shown(value); }) {
    return FieldType<T>::shown(value);
  } else {
    return FieldType<T>::write(value);
  }
}

/// Describes the fields of a struct for help and schemas.
template <class T>
std::vector<FieldInfo> describe_fields() {
  std::vector<FieldInfo> infos;
  T defaults;
  auto describe = [&](const auto& field) {
    using Member = std::remove_cvref_t<decltype(defaults.*field.member)>;
    Json value = field.required ? Json() : shown_default(defaults.*field.member);
    infos.push_back({std::string(field.name), FieldType<Member>::type(), std::move(value), field.bounds,
                     std::string(field.doc), field.required, &FieldType<Member>::schema});
  };
  std::apply([&](const auto&... field) { (describe(field), ...); }, T::fields());
  return infos;
}

}  // namespace sluice
