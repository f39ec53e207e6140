#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/params/bounds.h"

/// The words of JSON Schema, draft 2020-12, in which types of fields describe themselves. Numbers, truth values, lists
/// and names may also be references of an experiment file, "$name" or "$(…)": texts that begin with `$`.
namespace sluice::schema {

/// The definition that `reference()` and `of_kind()` point to is below "#/$defs/".
constexpr std::string_view definitions = "$defs";
constexpr std::string_view reference_definition = "reference";

Json integer(const Bounds& bounds);
Json number(const Bounds& bounds);
Json boolean();
Json text();
Json nothing();  ///< Null.
Json anything();
/// A list of any length.
Json list(Json elements);
/// A list of so many elements.
Json pair(Json elements);
/// A list of one.
Json single(Json element);
/// A map of these keys and no others. Where none is required it may be null.
Json map(Json properties, const std::vector<std::string>& required = {});
/// A map from any keys.
Json map_of(Json values);
/// One of these texts.
Json names(const std::vector<std::string>& known);
Json either(std::vector<Json> alternatives);
/// What the definition with this name describes.
Json defined(std::string_view name);
/// A text that begins with `$`.
Json reference();

}  // namespace sluice::schema
