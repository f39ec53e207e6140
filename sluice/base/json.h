#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sluice {

/// A JSON value. Objects keep the order in which their keys were inserted, so that what was read is written back in
/// the same order and hashes are stable. Integers and reals are distinct: `1` and `1.0` are different values.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;
  // Defined in json.cc: a variant's own are slow to compile.
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  Json(std::nullptr_t) {}
  template <std::same_as<bool> T>
  Json(T value) : value_(value) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Json(T value) : value_(static_cast<int64_t>(value)) {}
  template <std::floating_point T>
  Json(T value) : value_(static_cast<double>(value)) {}
  Json(std::string value);
  Json(std::string_view value);
  Json(const char* value);
  Json(Array value);
  Json(Object value);

  static Json array() { return Json(Array{}); }
  static Json object() { return Json(Object{}); }

  /// Reads one JSON text. Throws Error(invalid_argument) with the position of the fault; duplicate keys are a fault.
  static Json parse(std::string_view text);

  /// Writes the value; `indent` < 0 gives one line. Reals are written with the fewest digits that read back the same
  /// value; NaN and infinities become null, as JSON has no other word for them.
  std::string dump(int indent = -1) const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<int64_t>(value_); }
  bool is_real() const { return std::holds_alternative<double>(value_); }
  bool is_number() const { return is_integer() || is_real(); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  /// Returns "null", "boolean", "integer", "number", "text", "list" or "map": the word for error messages.
  std::string_view type_name() const;

  /// The value as the asked type; throws Error(invalid_argument) "expected …, got …" otherwise. `as_real` takes
  /// integers too.
  bool as_bool() const;
  int64_t as_integer() const;
  double as_real() const;
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;
  Array& as_array();
  Object& as_object();

  /// Number of elements of a list or entries of a map, 0 for anything else.
  size_t size() const;
  bool empty() const { return size() == 0; }

  /// Returns the entry of a map, or nullptr when this is no map or has no such key.
  const Json* find(std::string_view key) const;
  bool contains(std::string_view key) const { return find(key) != nullptr; }

  /// Returns the entry of a map; throws Error(invalid_argument) naming the key when it is missing.
  const Json& at(std::string_view key) const;

  /// Returns the entry of a map, inserting null at the end when it is missing; null becomes an empty map first.
  Json& operator[](std::string_view key);

  /// Returns the element of a list; `index` must be below `size()`.
  const Json& operator[](size_t index) const { return as_array()[index]; }

  void push_back(Json value);

  bool operator==(const Json& other) const;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> value_;
};

}  // namespace sluice
