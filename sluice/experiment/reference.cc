#include "sluice/experiment/reference.h"

#include <algorithm>
#include <optional>

#include "sluice/experiment/document.h"
#include "sluice/experiment/expression.h"
#include "sluice/experiment/keys.h"
#include "sluice/tune/space.h"

namespace sluice {
namespace {

constexpr int deepest = 16;  ///< Names that stand for names.

/// Returns the name in "$name", or nothing where the value is no such text.
std::optional<std::string> reference_name(const Json& json, const std::string& path) {
  if (!json.is_string() || !json.as_string().starts_with('$')) return std::nullopt;
  std::string name = json.as_string().substr(1);
  if (!is_parameter_name(name))
    throw PathError(
        path, "expected $ and a name of letters, digits and underscores, or $(…), got \"" + json.as_string() + "\"");
  return name;
}

/// Returns what stands in "$(…)", or nothing where the value is no such text.
std::optional<std::string> reference_expression(const Json& json, const std::string& path) {
  if (!json.is_string() || !json.as_string().starts_with("$(")) return std::nullopt;
  const std::string& text = json.as_string();
  if (!text.ends_with(')'))
    throw PathError(
        path, "expected \")\" at the end of \"" + text + "\"; write it in quotes where it has a comma or a colon");
  return text.substr(2, text.size() - 3);
}

std::vector<std::string> shown_names(const Json& values) {
  std::vector<std::string> names;
  for (const auto& entry : values.as_object()) names.push_back("$" + entry.first);
  return names;
}

/// The length of the reference that a text begins with; 0 where it begins with none.
size_t reference_length(std::string_view text) {
  if (text.starts_with("$(")) {
    int open = 0;
    for (size_t i = 1; i < text.size(); ++i) {
      open += (text[i] == '(') - (text[i] == ')');
      if (open == 0) return i + 1;
    }
    return 0;
  }
  size_t length = text.starts_with('$') ? 1 : 0;
  while (length > 0 && length < text.size() && is_parameter_name(text.substr(1, length))) ++length;
  return length > 1 ? length : 0;
}

std::string as_text(const Json& value) { return value.is_string() ? value.as_string() : value.dump(); }

/// Calls `visit(text, path)` for each text that begins with "$".
void visit_dollars(const Json& json, const std::string& path,
                   const std::function<void(const Json& text, const std::string& path)>& visit) {
  if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) visit_dollars(json[i], join_path(path, i), visit);
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.as_object()) visit_dollars(value, join_path(path, key), visit);
  } else if (json.is_string() && json.as_string().starts_with('$')) {
    visit(json, path);
  }
}

class Replacement {
 public:
  explicit Replacement(const Json& values) : values_(values) {}

  Json replace(const Json& json, const std::string& path, int depth = 0) const {
    Json result = json;
    if (json.is_array()) {
      for (size_t i = 0; i < json.size(); ++i) result.as_array()[i] = replace(json[i], join_path(path, i), depth);
    } else if (json.is_object()) {
      for (auto& [key, value] : result.as_object()) value = replace(value, join_path(path, key), depth);
    } else if (auto expression = reference_expression(json, path)) {
      const auto value_of = [&](const std::string& name) { return value_named(name, path, depth); };
      result = at_path(path, [&] { return evaluate(*expression, value_of); }, json.as_string() + ": ");
    } else if (auto name = reference_name(json, path)) {
      result = value_named(*name, path, depth);
    }
    return result;
  }

 private:
  const Json& values_;

  Json value_named(const std::string& name, const std::string& path, int depth) const {
    const Json* value = values_.find(name);
    if (value == nullptr) throw PathError(path, unknown_name("name", "$" + name, shown_names(values_)));
    if (depth == deepest) throw PathError(path, "$" + name + " stands for itself");
    return replace(*value, path, depth + 1);
  }
};

}  // namespace

void visit_references(const Json& json, const std::string& path,
                      const std::function<void(const std::string& name, const std::string& path)>& visit) {
  visit_dollars(json, path, [&](const Json& text, const std::string& place) {
    if (auto expression = reference_expression(text, place)) {
      const auto names = at_path(place, [&] { return names_of_expression(*expression); }, text.as_string() + ": ");
      for (const std::string& name : names) visit(name, place);
    } else {
      visit(*reference_name(text, place), place);
    }
  });
}

Json replace_references(const Json& json, const std::string& path, const Json& values) {
  return Replacement(values).replace(json, path);
}

Json replace_in_text(const std::string& text, const std::string& path, const Json& values) {
  std::string filled;
  for (size_t at = 0; at < text.size();) {
    const size_t length = reference_length(std::string_view(text).substr(at));
    if (length == 0) {
      filled += text[at++];
      continue;
    }
    const Json value = replace_references(text.substr(at, length), path, values);
    if (length == text.size() && !value.is_number()) return value;
    if (!value.is_number() && !value.is_string())
      throw PathError(path, "\"" + text + "\": expected a text or a number within a text, got " + shown(value));
    filled += as_text(value);
    at += length;
  }
  return filled;
}

Json reference_places(const Json& json, const std::string& path) {
  Json places = Json::object();
  visit_dollars(json, path, [&](const Json& text, const std::string& place) {
    const auto expression = reference_expression(text, place);
    places[place] = expression ? "(" + tidy_expression(*expression) + ")" : *reference_name(text, place);
  });
  return places;
}

}  // namespace sluice
