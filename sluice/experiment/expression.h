#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"

namespace sluice {

/// Returns the value of an expression such as "max(neurons // 2, 16) + 1": numbers, names,
/// `+ - * / // % **`, parentheses, `min`, `max`, `round`. A name may be written `$name` too; `value_of` gives its
/// value.
///
/// As in Python: whole numbers stay whole but for `/` and negative powers, which give real numbers; `//` and `%` round
/// down; `round` gives the nearest whole number, the even one of two.
///
/// Throws Error(invalid_argument) for what cannot be read, a division by zero, a value that is no number, and results
/// beyond 64 bits or the finite numbers; passes on what `value_of` throws.
Json evaluate(std::string_view expression, const std::function<Json(const std::string& name)>& value_of);

/// Returns the names in an expression, in its order. Throws Error(invalid_argument) for signs that no expression has.
std::vector<std::string> names_of_expression(std::string_view expression);

/// Returns the expression with its parts one blank apart, and names without "$". Throws as above.
std::string tidy_expression(std::string_view expression);

}  // namespace sluice
