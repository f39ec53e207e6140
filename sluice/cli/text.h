#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"

namespace sluice::cli {

/// Writes such as "1,234,567".
std::string count_text(int64_t count);

/// Writes "12.0 µs", "4.2 s", "3 min 05 s" or "2 h 04 min".
std::string duration_text(double seconds);

/// Writes the time that is left as "about 4.2 s left" or "< 1 s left"; "" where there is none.
std::string left_text(double seconds);

/// Writes bytes as "812 bytes", "4.2 MB", "1.3 GB".
std::string bytes_text(int64_t bytes);

/// Writes operations as "812 FLOP", "4.2 MFLOP", "1.3 GFLOP".
std::string flop_text(double flop);

/// Writes a score with five significant digits.
std::string score_text(double value);

/// Writes one parameter value: numbers with at most five significant digits, texts without quotes.
std::string value_text(const Json& value);

/// Writes a trial's parameters as "neurons=256 learning_rate=0.01".
std::string params_text(const Json& params);

/// Writes scores by name as "loss 0.0312  accuracy 0.9902".
std::string scores_text(const Json& scores);

/// Returns the first `width` columns of a UTF-8 text; a cut is shown by "…".
std::string cut_text(std::string_view text, size_t width);

/// Returns a text in which control characters other than line end and tab are shown as \x1b, so that what stands in a
/// file cannot steer the terminal.
std::string printable_text(std::string_view text);

/// Breaks a text at its blanks into lines of at most `width` columns; longer words stay whole.
std::vector<std::string> wrap_text(std::string_view text, size_t width);

/// Quotes a word for a shell, where it needs quotes.
std::string shell_text(const std::string& word);

/// Columns of a UTF-8 text on a terminal, taking each character for one.
size_t text_width(std::string_view text);

/// Lays out rows in columns two blanks apart; numbers stand to the right, the rest to the left. The first row is the
/// head.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

}  // namespace sluice::cli
