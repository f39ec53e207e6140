#include <charconv>
#include <cstdint>
#include <set>

#include "sluice/base/error.h"
#include "sluice/formats/npy.h"
#include "sluice/formats/npy_header_internal.h"

namespace sluice {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr size_t version_end = 8;
constexpr size_t alignment = 64;
constexpr size_t growth_digits = 21;  // NumPy leaves room for a first dimension of this many digits

/// Reads the Python literal {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

  NpyHeader parse() {
    expect('{');
    while (!accept('}')) {
      entry(text());
      if (!accept(',') && !peek('}')) refuse();
    }
    skip_space();
    if (!rest_.empty() || seen_.size() != 3) refuse();
    return header_;
  }

 private:
  std::string_view rest_;
  const std::string& name_;
  NpyHeader header_;
  std::set<std::string> seen_;

  [[noreturn]] void refuse() const {
    throw invalid(name_ + ": corrupt .npy header: expected {'descr': …, 'fortran_order': …, 'shape': …}");
  }

  void skip_space() {
    size_t first = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  bool peek(char wanted) {
    skip_space();
    return !rest_.empty() && rest_[0] == wanted;
  }

  bool accept(char wanted) {
    if (!peek(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) refuse();
  }

  bool accept_word(std::string_view word) {
    skip_space();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::string text() {
    char quote = peek('"') ? '"' : '\'';
    expect(quote);
    size_t end = rest_.find(quote);
    if (end == std::string_view::npos) refuse();
    std::string value(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return value;
  }

  int64_t integer() {
    skip_space();
    int64_t value = 0;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value < 0) refuse();
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    accept_word("L");  // Python 2
    return value;
  }

  void shape() {
    expect('(');
    while (!accept(')')) {
      header_.shape.push_back(integer());
      if (!accept(',') && !peek(')')) refuse();
    }
  }

  void type() {
    if (peek('[')) throw NotNumbers(name_ + ": holds records; an array of numbers is expected");
    header_.type = text();
  }

  void order() {
    header_.fortran_order = accept_word("True");
    if (!header_.fortran_order && !accept_word("False")) refuse();
  }

  void entry(const std::string& key) {
    expect(':');
    if (!seen_.insert(key).second) refuse();
    if (key == "descr") return type();
    if (key == "fortran_order") return order();
    if (key == "shape") return shape();
    refuse();
  }
};

size_t little_endian(std::string_view bytes) {
  size_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i - 1]);
  return value;
}

void check_magic(std::string_view bytes, const std::string& name) {
  if (bytes.empty()) throw invalid(name + ": empty file, expected a .npy file");
  if (!bytes.starts_with(magic.substr(0, bytes.size()))) throw invalid(name + ": not a .npy file");
  if (bytes.size() < version_end) {
    throw invalid(name + ": truncated .npy file: expected a header, found " + std::to_string(bytes.size()) + " bytes");
  }
  int version = static_cast<uint8_t>(bytes[6]);
  if (version >= 1 && version <= 3 && bytes[7] == 0) return;
  throw invalid(name + ": .npy version " + std::to_string(version) + "." +
                std::to_string(static_cast<uint8_t>(bytes[7])) + ", expected 1.0, 2.0 or 3.0");
}

std::string shape_text(const Shape& shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

}  // namespace

NpyHeader read_npy_header(std::string_view bytes, const std::string& name) {
  check_magic(bytes, name);
  size_t text_start = version_end + (bytes[6] == 1 ? 2 : 4);
  size_t size = text_start;
  if (bytes.size() >= text_start) size += little_endian(bytes.substr(version_end, text_start - version_end));
  if (bytes.size() < size) {
    throw invalid(name + ": truncated .npy file: expected a header of " + std::to_string(size) + " bytes, found " +
                  std::to_string(bytes.size()));
  }
  NpyHeader header = HeaderParser(bytes.substr(text_start, size - text_start), name).parse();
  header.size = size;
  return header;
}

std::string write_npy_header(std::string_view type, const Shape& shape) {
  std::string text =
      "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': " + shape_text(shape) + ", }";
  if (!shape.empty()) text += std::string(growth_digits - std::to_string(shape[0]).size(), ' ');
  size_t unpadded = version_end + 2 + text.size() + 1;
  text += std::string(alignment - unpadded % alignment, ' ') + '\n';
  std::string header(magic);
  header += {1, 0, static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace sluice
