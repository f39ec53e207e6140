#include "sluice/base/suggest.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace sluice {
namespace {

constexpr size_t most_listed = 20;

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      bool same = std::tolower(static_cast<unsigned char>(a[i])) == std::tolower(static_cast<unsigned char>(b[j]));
      size_t replaced = diagonal + (same ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// The first letters of the words of a name: "lr" of "learning_rate".
std::string initials(std::string_view name) {
  std::string letters;
  for (size_t i = 0; i < name.size(); ++i) {
    if (i == 0 || name[i - 1] == '_') letters += name[i];
  }
  return letters;
}

/// The names without those that come again.
std::vector<std::string> distinct(std::span<const std::string> names) {
  std::vector<std::string> first;
  for (const std::string& name : names) {
    if (std::ranges::find(first, name) == first.end()) first.push_back(name);
  }
  return first;
}

}  // namespace

std::string nearest_name(std::string_view given, std::span<const std::string> names) {
  for (const std::string& name : names) {
    if (given.size() > 1 && initials(name) == given) return name;
  }
  std::string best;
  size_t best_distance = std::max<size_t>(2, given.size() / 3) + 1;
  for (const std::string& name : names) {
    size_t distance = edit_distance(given, name);
    if (distance < best_distance) best = name, best_distance = distance;
  }
  return best;
}

std::string unknown_name(std::string_view kind, std::string_view given, std::span<const std::string> names) {
  std::string text = "unknown " + std::string(kind) + " \"" + std::string(given) + "\"";
  std::string nearest = nearest_name(given, names);
  if (!nearest.empty()) return text + ". Did you mean \"" + nearest + "\"?";
  if (names.empty()) return text + "; there is none";
  const std::vector<std::string> known = distinct(names);
  if (known.size() <= most_listed || kind == "value") return text + "; known: " + join(known);
  return text + "; `sluice help " + std::string(kind) + "` lists the " + std::to_string(known.size()) + " known";
}

std::string join(std::span<const std::string> texts, std::string_view separator) {
  std::string joined;
  for (const std::string& text : texts) {
    if (&text != texts.data()) joined += separator;
    joined += text;
  }
  return joined;
}

}  // namespace sluice
