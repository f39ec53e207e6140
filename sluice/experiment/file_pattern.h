#pragma once

#include <string>

#include "sluice/nn/model.h"

namespace sluice {

/// Fills in the name of a file: `{epoch}` and `{SCORE}` stand for numbers, with a format behind a colon as in Python,
/// [0][width][.precision] and d, e, f or g: `{epoch:02d}-{val_loss:.3f}.keras`. `{{` and `}}` stand for braces.
///
/// Throws Error(invalid_argument) for an unknown name, with the nearest known one, and for what is no such format.
std::string fill_file_pattern(const std::string& pattern, int64_t epoch, const Scores& scores);

}  // namespace sluice
