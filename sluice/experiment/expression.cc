#include "sluice/experiment/expression.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "sluice/params/fields.h"

namespace sluice {
namespace {

/// A number, a name, an operator or a bracket; "" behind the last one.
using Token = std::string_view;

constexpr std::array functions{"min", "max", "round"};

bool is_function(Token token) { return std::ranges::find(functions, token) != functions.end(); }
bool begins_number(char letter) { return (letter >= '0' && letter <= '9') || letter == '.'; }
bool is_word(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_'; }
bool is_name(Token token) { return !token.empty() && is_word(token[0]) && !begins_number(token[0]); }

size_t number_length(std::string_view text) {
  double value = 0;
  return static_cast<size_t>(std::from_chars(text.data(), text.data() + text.size(), value).ptr - text.data());
}

size_t word_length(std::string_view text) {
  return static_cast<size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
}

size_t token_length(std::string_view text) {
  if (begins_number(text[0])) return number_length(text);
  if (is_word(text[0])) return word_length(text);
  if (text.starts_with("//") || text.starts_with("**")) return 2;
  return std::string_view("+-*/%(),").find(text[0]) == std::string_view::npos ? 0 : 1;
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const bool before_name = rest[0] == '$' && is_name(rest.substr(1));
    const bool skipped = before_name || std::isspace(static_cast<unsigned char>(rest[0])) != 0;
    const size_t length = skipped ? 1 : token_length(rest);
    if (length == 0) throw invalid("unexpected \"" + std::string(rest) + "\" in the expression " + std::string(text));
    if (!skipped) tokens.push_back(rest.substr(0, length));
    at += length;
  }
  return tokens;
}

bool both_whole(const Json& a, const Json& b) { return a.is_integer() && b.is_integer(); }

void refuse_overflow(bool overflows) {
  if (overflows) throw invalid("a whole number leaves 64 bits");
}

Json finite(double value) {
  if (!std::isfinite(value)) throw invalid("the result is not finite");
  return value;
}

Json add(const Json& a, const Json& b) {
  if (!both_whole(a, b)) return finite(a.as_real() + b.as_real());
  int64_t sum = 0;
  refuse_overflow(__builtin_add_overflow(a.as_integer(), b.as_integer(), &sum));
  return sum;
}

Json multiply(const Json& a, const Json& b) {
  if (!both_whole(a, b)) return finite(a.as_real() * b.as_real());
  int64_t product = 0;
  refuse_overflow(__builtin_mul_overflow(a.as_integer(), b.as_integer(), &product));
  return product;
}

Json negate(const Json& a) { return multiply(a, -1); }

Json floor_divide(const Json& a, const Json& b) {
  if (!both_whole(a, b)) return finite(std::floor(a.as_real() / b.as_real()));
  if (b.as_integer() == -1) return negate(a);
  const int64_t quotient = a.as_integer() / b.as_integer();
  const bool rounded_up = a.as_integer() % b.as_integer() != 0 && (a.as_integer() < 0) != (b.as_integer() < 0);
  return quotient - (rounded_up ? 1 : 0);
}

Json divide(Token sign, const Json& a, const Json& b) {
  if (b.as_real() == 0) throw invalid("division by zero");
  if (sign == "/") return finite(a.as_real() / b.as_real());
  if (sign == "//") return floor_divide(a, b);
  return add(a, negate(multiply(floor_divide(a, b), b)));
}

/// `a` times itself, `exponent` times.
Json whole_power(const Json& a, int64_t exponent) {
  Json result = 1;
  for (int64_t i = 0; i < exponent; ++i) {
    const Json next = multiply(result, a);
    if (next == result) return result;
    result = next;
  }
  return result;
}

Json power(const Json& a, const Json& b) {
  const bool flips = a == Json(-1) && b.is_integer();
  if (flips) return b.as_integer() % 2 == 0 ? 1 : -1;
  if (both_whole(a, b) && b.as_integer() >= 0) return whole_power(a, b.as_integer());
  if (a.as_real() == 0 && b.as_real() < 0) throw invalid("division by zero");
  return finite(std::pow(a.as_real(), b.as_real()));
}

Json rounded(const Json& a) {
  if (a.is_integer()) return a;
  const double nearest = std::nearbyint(a.as_real());
  refuse_overflow(std::abs(nearest) >= 0x1p63);
  return static_cast<int64_t>(nearest);
}

/// sum := product {(+|-) product}; product := factor {(*|/|//|%) factor}; factor := [-|+] factor | part [** factor];
/// part := (sum) | number | name | function(sum, …)
class Evaluation {
 public:
  Evaluation(std::string_view text, const std::function<Json(const std::string&)>& value_of)
      : text_(text), tokens_(tokens_of(text)), value_of_(value_of) {}

  Json value() {
    Json value = sum();
    if (!peek().empty()) refuse();
    return value;
  }

 private:
  const std::string_view text_;
  const std::vector<Token> tokens_;
  const std::function<Json(const std::string&)>& value_of_;
  size_t next_ = 0;
  int depth_ = 0;

  Token peek() const { return next_ < tokens_.size() ? tokens_[next_] : Token(); }
  Token take() { return next_ < tokens_.size() ? tokens_[next_++] : Token(); }

  bool take_if(Token token) {
    const bool found = peek() == token;
    if (found) ++next_;
    return found;
  }

  [[noreturn]] void refuse() const {
    if (peek().empty()) throw invalid("something is missing at the end of the expression " + std::string(text_));
    throw invalid("unexpected \"" + std::string(peek()) + "\" in the expression " + std::string(text_));
  }

  Json sum() {
    Json value = product();
    while (peek() == "+" || peek() == "-") {
      const Token sign = take();
      const Json other = product();
      value = add(value, sign == "+" ? other : negate(other));
    }
    return value;
  }

  Json product() {
    Json value = factor();
    while (peek() == "*" || peek() == "/" || peek() == "//" || peek() == "%") {
      const Token sign = take();
      const Json other = factor();
      value = sign == "*" ? multiply(value, other) : divide(sign, value, other);
    }
    return value;
  }

  Json factor() {
    constexpr int deepest = 100;
    if (++depth_ > deepest) throw invalid("the expression has too many brackets and signs");
    Json value = unnested_factor();
    --depth_;
    return value;
  }

  Json unnested_factor() {
    if (take_if("-")) return negate(factor());
    if (take_if("+")) return factor();
    const Json base = part();
    return take_if("**") ? power(base, factor()) : base;
  }

  Json part() {
    if (take_if("(")) {
      Json value = sum();
      if (!take_if(")")) refuse();
      return value;
    }
    if (is_function(peek())) return function(take());
    if (is_name(peek())) return named(std::string(take()));
    if (peek().empty() || !begins_number(peek()[0])) refuse();
    return number(take());
  }

  Json named(const std::string& name) const {
    Json value = value_of_(name);
    if (!value.is_number()) throw invalid("$" + name + " is " + shown(value) + ", no number to compute with");
    return value;
  }

  Json number(Token token) const {
    int64_t whole = 0;
    const char* end = token.data() + token.size();
    const auto [last, error] = std::from_chars(token.data(), end, whole);
    if (error == std::errc() && last == end) return whole;
    double real = 0;
    if (std::from_chars(token.data(), end, real).ec != std::errc())
      throw invalid("not a number: \"" + std::string(token) + "\"");
    return finite(real);
  }

  Json function(Token name) {
    if (!take_if("(")) refuse();
    Json result = sum();
    if (name == "round") result = rounded(result);
    while (name != "round" && take_if(",")) {
      const Json other = sum();
      const bool less = other.as_real() < result.as_real();
      if (name == "min" ? less : other.as_real() > result.as_real()) result = other;
    }
    if (!take_if(")")) refuse();
    return result;
  }
};

}  // namespace

Json evaluate(std::string_view expression, const std::function<Json(const std::string& name)>& value_of) {
  return Evaluation(expression, value_of).value();
}

std::vector<std::string> names_of_expression(std::string_view expression) {
  std::vector<std::string> names;
  for (Token token : tokens_of(expression)) {
    if (is_name(token) && !is_function(token)) names.emplace_back(token);
  }
  return names;
}

std::string tidy_expression(std::string_view expression) {
  const std::vector<Token> tokens = tokens_of(expression);
  return join(std::vector<std::string>(tokens.begin(), tokens.end()), " ");
}

}  // namespace sluice
