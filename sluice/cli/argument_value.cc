#include "sluice/cli/argument_value.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include "sluice/base/duration.h"
#include "sluice/base/error.h"

namespace sluice::cli {
namespace {

Error wrong_value(const std::string& flag, const std::string& expected, const std::string& text) {
  return invalid(flag + " expects " + expected + ", got \"" + text + "\"");
}

template <class T>
std::optional<T> parse(std::string_view text) {
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

int64_t read_integer_value(const std::string& flag, const std::string& text, int64_t low) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end == text.data() + text.size() && !text.empty();
  if (whole && error == std::errc::result_out_of_range && text[0] != '-')
    throw invalid(flag + " " + text + " is too large; expected at most " + std::to_string(INT64_MAX));
  if (!whole || error != std::errc() || value < low)
    throw wrong_value(flag, "a whole number of at least " + std::to_string(low), text);
  return value;
}

uint64_t read_seed_value(const std::string& flag, const std::string& text) {
  return static_cast<uint64_t>(read_integer_value(flag, text, 0));
}

double read_real_value(const std::string& flag, const std::string& text) {
  auto value = parse<double>(text);
  if (!value || !std::isfinite(*value)) throw wrong_value(flag, "a number", text);
  return *value;
}

double read_duration_value(const std::string& flag, const std::string& text) {
  const auto seconds = parse_duration(text);
  if (!seconds) throw wrong_value(flag, "a time such as 90s, 10m or 2h", text);
  return *seconds;
}

}  // namespace sluice::cli
