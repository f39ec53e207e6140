#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sluice/base/json.h"

namespace sluice {

/// Returns the name in a text such as "$neurons", or nothing when the value is no reference. Throws PathError at `path`
/// for a text that begins with "$" but names nothing, and for "$(…)", which is not supported yet.
std::optional<std::string> reference_name(const Json& json, const std::string& path);

/// Calls `visit(name, path)` for each reference within a value, in its order.
void visit_references(const Json& json, const std::string& path,
                      const std::function<void(const std::string& name, const std::string& path)>& visit);

/// Returns the value with each reference replaced by the entry of `values` with that name; so are those in the entry.
/// Throws PathError where a name is not among them, with the nearest one that is, and where names stand for each other.
Json replace_references(const Json& json, const std::string& path, const Json& values);

}  // namespace sluice
