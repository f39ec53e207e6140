#include "sluice/base/json.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "sluice/base/error.h"

namespace sluice {
namespace {

using Nlohmann = nlohmann::ordered_json;

/// Builds our value from nlohmann's parse events, so that a text is held in memory once.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Json root;

  bool null() override { return put(Json()); }
  bool boolean(bool value) override { return put(Json(value)); }
  bool number_integer(number_integer_t value) override { return put(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
      return put(Json(static_cast<double>(value)));
    return put(Json(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(Json(value)); }
  bool string(string_t& value) override { return put(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    if (stack_.back().contains(value)) throw invalid("invalid JSON: key \"" + value + "\" appears twice");
    keys_.push_back(std::move(value));
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    throw invalid("invalid JSON at byte " + std::to_string(position) + ": " + strip(error.what()));
  }

 private:
  std::vector<Json> stack_;
  std::vector<std::string> keys_;

  static std::string strip(std::string text) {
    auto end = text.find("] ");
    return end == std::string::npos ? text : text.substr(end + 2);
  }
  bool put(Json value) {
    if (stack_.empty()) {
      root = std::move(value);
    } else if (stack_.back().is_array()) {
      stack_.back().push_back(std::move(value));
    } else {
      stack_.back().as_object().emplace_back(std::move(keys_.back()), std::move(value));
      keys_.pop_back();
    }
    return true;
  }
  bool open(Json container) {
    if (stack_.size() >= 200) throw invalid("invalid JSON: nested deeper than 200 levels");
    stack_.push_back(std::move(container));
    return true;
  }
  bool close() {
    Json done = std::move(stack_.back());
    stack_.pop_back();
    return put(std::move(done));
  }
};

Nlohmann convert(const Json& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_integer()) return value.as_integer();
  if (value.is_real()) return value.as_real();
  if (value.is_string()) return value.as_string();
  if (value.is_array()) {
    Nlohmann list = Nlohmann::array();
    for (const Json& element : value.as_array()) list.push_back(convert(element));
    return list;
  }
  if (value.is_object()) {
    Nlohmann map = Nlohmann::object();
    for (const auto& [key, element] : value.as_object()) map[key] = convert(element);
    return map;
  }
  return nullptr;
}

[[noreturn]] void fail(std::string_view expected, const Json& got) {
  std::string shown = got.is_array() || got.is_object() ? std::string(got.type_name()) : got.dump();
  throw invalid("expected " + std::string(expected) + ", got " + shown);
}

}  // namespace

Json Json::parse(std::string_view text) {
  Builder builder;
  nlohmann::json::sax_parse(text, &builder);
  return std::move(builder.root);
}

std::string Json::dump(int indent) const {
  return convert(*this).dump(indent, ' ', false, Nlohmann::error_handler_t::replace);
}

Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

Json::Json(std::string value) : value_(std::move(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(const char* value) : value_(std::string(value)) {}
Json::Json(Array value) : value_(std::move(value)) {}
Json::Json(Object value) : value_(std::move(value)) {}

bool Json::operator==(const Json& other) const = default;

std::string_view Json::type_name() const {
  static constexpr std::string_view names[] = {"null", "boolean", "integer", "number", "text", "list", "map"};
  return names[value_.index()];
}

bool Json::as_bool() const {
  if (!is_bool()) fail("true or false", *this);
  return std::get<bool>(value_);
}

int64_t Json::as_integer() const {
  if (!is_integer()) fail("an integer", *this);
  return std::get<int64_t>(value_);
}

double Json::as_real() const {
  if (is_integer()) return static_cast<double>(std::get<int64_t>(value_));
  if (!is_real()) fail("a number", *this);
  return std::get<double>(value_);
}

const std::string& Json::as_string() const {
  if (!is_string()) fail("text", *this);
  return std::get<std::string>(value_);
}

const Json::Array& Json::as_array() const {
  if (!is_array()) fail("a list", *this);
  return std::get<Array>(value_);
}

const Json::Object& Json::as_object() const {
  if (!is_object()) fail("a map", *this);
  return std::get<Object>(value_);
}

Json::Array& Json::as_array() { return const_cast<Array&>(std::as_const(*this).as_array()); }

Json::Object& Json::as_object() { return const_cast<Object&>(std::as_const(*this).as_object()); }

size_t Json::size() const {
  if (is_array()) return as_array().size();
  if (is_object()) return as_object().size();
  return 0;
}

const Json* Json::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  const Object& entries = std::get<Object>(value_);
  auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == key; });
  return found == entries.end() ? nullptr : &found->second;
}

const Json& Json::at(std::string_view key) const {
  if (const Json* found = find(key)) return *found;
  throw invalid("missing \"" + std::string(key) + "\"");
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) value_ = Object{};
  if (const Json* found = find(key)) return const_cast<Json&>(*found);
  return as_object().emplace_back(std::string(key), Json()).second;
}

void Json::push_back(Json value) {
  if (is_null()) value_ = Array{};
  as_array().push_back(std::move(value));
}

}  // namespace sluice
