#pragma once

#include <functional>
#include <string>

#include "sluice/base/json.h"

namespace sluice {

// A text such as "$neurons" stands for the value with that name, and one such as "$(neurons // 2)" for the value of the
// expression (`evaluate`).

/// Calls `visit(name, path)` for each name that a value uses, in its order. Throws PathError for a text that begins
/// with
/// "$" but names nothing.
void visit_references(const Json& json, const std::string& path,
                      const std::function<void(const std::string& name, const std::string& path)>& visit);

/// Returns the value with each reference replaced by the entry of `values` with that name; so are those in the entry.
/// Throws PathError where a name is not among them, with the nearest one that is, where names stand for each other, and
/// where an expression has no value.
Json replace_references(const Json& json, const std::string& path, const Json& values);

/// Returns a text with each reference within it replaced by a text or number: "block_$index" as "block_3". A text that
/// is a reference and nothing else may stand for any value; a number becomes a text. Throws PathError as above.
Json replace_in_text(const std::string& text, const std::string& path, const Json& values);

/// Returns the place of each reference of a value with what stands there: a name, or "(expression)" with its parts one
/// blank apart. Throws PathError as `visit_references`.
Json reference_places(const Json& json, const std::string& path);

}  // namespace sluice
