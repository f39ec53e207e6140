#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// Returns the name whose words begin with the letters of `given` ("lr": learning_rate), else the nearest one by edit
/// distance, or "" when none is near enough to be a slip of the keys.
std::string nearest_name(std::string_view given, std::span<const std::string> names);

/// Returns `unknown KIND "given"` and, where a known name is near, `Did you mean "…"?`, else the known names or,
/// where these are many, which command lists them. No command lists the values that a field takes (KIND "value").
std::string unknown_name(std::string_view kind, std::string_view given, std::span<const std::string> names);

/// Joins the texts with ", ".
std::string join(std::span<const std::string> texts, std::string_view separator = ", ");

}  // namespace sluice
