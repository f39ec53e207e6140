#include "sluice/experiment/file_pattern.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "sluice/base/suggest.h"

namespace sluice {
namespace {

[[noreturn]] void refuse(const std::string& format) {
  throw invalid("filepath: expected a format such as 02d or .3f, got \"" + format + "\"");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Checks [0][width][.precision] and returns it, the type cut off.
std::string checked_format(const std::string& format) {
  constexpr size_t longest = 6;
  size_t i = 0;
  while (i < format.size() && is_digit(format[i])) ++i;
  if (i < format.size() && format[i] == '.') {
    const size_t point = i++;
    while (i < format.size() && is_digit(format[i])) ++i;
    if (i == point + 1) refuse(format);
  }
  if (i + 1 < format.size() || format.size() > longest) refuse(format);
  return format.substr(0, i);
}

template <class T>
std::string print(const std::string& format, T value) {
  const int size = std::snprintf(nullptr, 0, format.c_str(), value);
  std::string text(static_cast<size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), format.c_str(), value);
  text.pop_back();
  return text;
}

std::string shown_epoch(int64_t epoch, const std::string& format) {
  const std::string width = checked_format(format);
  const bool whole = width.size() == format.size() || format.back() == 'd';
  if (!whole || width.find('.') != width.npos) refuse(format);
  return print("%" + width + "lld", static_cast<long long>(epoch));
}

std::string shown_score(double score, const std::string& format) {
  if (format.empty()) return Json(score).dump();
  const std::string width = checked_format(format);
  const char type = width.size() == format.size() ? 'g' : format.back();
  if (type != 'e' && type != 'f' && type != 'g') refuse(format);
  return print("%" + width + type, score);
}

std::string value_of(const std::string& field, int64_t epoch, const Scores& scores) {
  const size_t colon = std::min(field.find(':'), field.size());
  const std::string name = field.substr(0, colon);
  const std::string format = colon < field.size() ? field.substr(colon + 1) : "";
  if (name == "epoch") return shown_epoch(epoch, format);
  std::vector<std::string> known{"epoch"};
  for (const auto& [score, value] : scores) {
    if (score == name) return shown_score(value, format);
    known.push_back(score);
  }
  throw invalid("filepath: " + unknown_name("score", name, known));
}

}  // namespace

std::string fill_file_pattern(const std::string& pattern, int64_t epoch, const Scores& scores) {
  std::string path;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool twice = i + 1 < pattern.size() && pattern[i + 1] == c;
    if ((c == '{' || c == '}') && twice) {
      path += c;
      ++i;
    } else if (c == '{') {
      const size_t end = pattern.find('}', i);
      if (end == pattern.npos) throw invalid("filepath: \"{\" without \"}\" in " + pattern);
      path += value_of(pattern.substr(i + 1, end - i - 1), epoch, scores);
      i = end;
    } else {
      path += c;
    }
  }
  return path;
}

}  // namespace sluice
