#pragma once

#include <string>

#include "sluice/experiment/document.h"

namespace sluice {

/// Sets one part of a document, as `--set` does: "fit.epochs=3", "model.3.Conv2D.filters=8". Parts are separated by
/// dots, elements of lists go by index from 0, the value is YAML. Missing maps on the way are made, and an entry that
/// is a bare name (`Flatten`) becomes a map with that name; what does not belong there is found when the document is
/// read.
///
/// Throws Error(invalid_argument) that begins with "--set " and the text: no "=", an index that is none or out of
/// range, a part below a value that has none.
void apply_override(Document& document, const std::string& text);

}  // namespace sluice
