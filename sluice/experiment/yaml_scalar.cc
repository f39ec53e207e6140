#include "sluice/experiment/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace sluice {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text;
}

size_t skip_digits(std::string_view text, size_t i) {
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
  return i;
}

/// [0-9]+ after a sign.
bool is_decimal(std::string_view text) { return !text.empty() && skip_digits(text, 0) == text.size(); }

/// ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? after a sign.
bool is_float(std::string_view text) {
  size_t whole = skip_digits(text, 0);
  size_t i = whole;
  if (i < text.size() && text[i] == '.') {
    i = skip_digits(text, i + 1);
    if (whole == 0 && i == 1) return false;
  } else if (whole == 0) {
    return false;
  }
  if (i == text.size()) return true;
  if (text[i] != 'e' && text[i] != 'E') return false;
  return is_decimal(without_sign(text.substr(i + 1)));
}

std::optional<int64_t> read_integer(std::string_view text, int base) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

double read_real(std::string_view text) {
  bool negative = text[0] == '-';
  std::string_view digits = without_sign(text);
  double value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) {
    size_t exponent = digits.find_first_of("eE");
    bool tiny = exponent != std::string_view::npos && exponent + 1 < digits.size() && digits[exponent + 1] == '-';
    value = tiny ? 0 : std::numeric_limits<double>::infinity();
  }
  return negative ? -value : value;
}

std::optional<Json> resolve_number(const std::string& text) {
  std::string_view digits = without_sign(text);
  if (is_decimal(digits)) {
    if (auto value = read_integer(text, 10)) return Json(*value);
    return Json(read_real(text));
  }
  if (text.starts_with("0x")) {
    if (auto value = read_integer(std::string_view(text).substr(2), 16); value && text[2] != '-') return Json(*value);
  }
  if (text.starts_with("0o")) {
    if (auto value = read_integer(std::string_view(text).substr(2), 8); value && text[2] != '-') return Json(*value);
  }
  if (is_float(digits)) return Json(read_real(text));
  double infinity = std::numeric_limits<double>::infinity();
  if (one_of(digits, {".inf", ".Inf", ".INF"})) return Json(text[0] == '-' ? -infinity : infinity);
  if (one_of(text, {".nan", ".NaN", ".NAN"})) return Json(std::numeric_limits<double>::quiet_NaN());
  return std::nullopt;
}

}  // namespace

Json resolve_scalar(const std::string& text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return Json();
  if (one_of(text, {"true", "True", "TRUE"})) return Json(true);
  if (one_of(text, {"false", "False", "FALSE"})) return Json(false);
  if (auto number = resolve_number(text)) return *number;
  return Json(text);
}

}  // namespace sluice
