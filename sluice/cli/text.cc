#include "sluice/cli/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>

namespace sluice::cli {
namespace {

struct Unit {
  double size;
  const char* name;
};

std::string scaled_text(double value, const char* plain, std::initializer_list<Unit> units) {
  for (const Unit& unit : units) {
    if (value >= unit.size) return fmt::format("{:.1f} {}", value / unit.size, unit.name);
  }
  return fmt::format("{:.0f} {}", value, plain);
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

bool is_numeric(std::string_view text) {
  return text.empty() || text == "-" || std::isdigit(static_cast<unsigned char>(text[0])) ||
         (text[0] == '-' && text.size() > 1 && std::isdigit(static_cast<unsigned char>(text[1])));
}

/// Whether a byte is a control character, by itself or as the second of a UTF-8 one (U+0080 to U+009F).
bool is_control(unsigned char before, unsigned char byte) {
  if (byte < 0x20) return byte != '\n' && byte != '\t';
  return byte == 0x7F || (before == 0xC2 && byte >= 0x80 && byte < 0xA0);
}

}  // namespace

std::string count_text(int64_t count) {
  std::string text = std::to_string(count);
  for (int64_t i = static_cast<int64_t>(text.size()) - 3; i > (count < 0 ? 1 : 0); i -= 3)
    text.insert(static_cast<size_t>(i), ",");
  return text;
}

std::string duration_text(double seconds) {
  if (seconds < 1e-4) return fmt::format("{:.1f} µs", seconds * 1e6);
  if (seconds < 0.1) return fmt::format("{:.1f} ms", seconds * 1e3);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  auto whole = static_cast<int64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string left_text(double seconds) {
  if (seconds <= 0) return "";
  return seconds < 1 ? "< 1 s left" : "about " + duration_text(seconds) + " left";
}

std::string bytes_text(int64_t bytes) {
  return scaled_text(static_cast<double>(bytes), "bytes", {{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}});
}

std::string flop_text(double flop) {
  return scaled_text(flop, "FLOP", {{1e12, "TFLOP"}, {1e9, "GFLOP"}, {1e6, "MFLOP"}, {1e3, "kFLOP"}});
}

std::string score_text(double value) { return fmt::format("{:.5g}", value); }

std::string value_text(const Json& value) {
  if (value.is_real()) return score_text(value.as_real());
  return value.is_string() ? value.as_string() : value.dump();
}

std::string params_text(const Json& params) {
  std::string text;
  if (!params.is_object()) return text;
  for (const auto& [name, value] : params.as_object())
    text += (text.empty() ? "" : " ") + name + "=" + value_text(value);
  return text;
}

std::string scores_text(const Json& scores) {
  std::string text;
  if (!scores.is_object()) return text;
  for (const auto& [name, value] : scores.as_object()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "  ", name,
                        value.is_number() ? score_text(value.as_real()) : value.dump());
  }
  return text;
}

std::string printable_text(std::string_view text) {
  std::string shown;
  unsigned char before = 0;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_control(before, byte)) {
      if (byte >= 0x80) shown.pop_back();
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
    before = byte;
  }
  return shown;
}

std::vector<std::string> wrap_text(std::string_view text, size_t width) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    bool full = !lines.back().empty() && text_width(lines.back()) + 1 + text_width(word) > width;
    if (full) lines.emplace_back();
    lines.back().append(lines.back().empty() ? "" : " ").append(word);
  }
  return lines;
}

std::string shell_text(const std::string& word) {
  auto is_plain = [](char byte) {
    return std::isalnum(static_cast<unsigned char>(byte)) || std::strchr("_-./=:@%+,", byte) != nullptr;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string quoted;
  for (char byte : word) quoted += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
  return "'" + quoted + "'";
}

size_t text_width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !continues_character(byte); }));
}

std::string cut_text(std::string_view text, size_t width) {
  if (text_width(text) <= width) return std::string(text);
  if (width == 0) return "";
  size_t end = 0;
  for (size_t columns = 0; end < text.size(); ++end) {
    if (!continues_character(text[end]) && ++columns == width) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  size_t columns = rows.empty() ? 0 : rows[0].size();
  std::vector<size_t> widths(columns, 0);
  std::vector<bool> numeric(columns, rows.size() > 1);
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < columns; ++c) {
      widths[c] = std::max(widths[c], text_width(rows[r][c]));
      if (r > 0 && !is_numeric(rows[r][c])) numeric[c] = false;
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t c = 0; c < columns; ++c) {
      std::string padding(widths[c] - text_width(row[c]), ' ');
      line += (c > 0 ? "  " : "") + (numeric[c] ? padding + row[c] : row[c] + padding);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace sluice::cli
