#pragma once

#include <atomic>

namespace sluice::cli {

/// Makes SIGINT and SIGTERM set the returned flag instead of ending the program; a second one ends it at once with exit
/// code 130.
const std::atomic<bool>& watch_interrupts();

/// From now on the first signal writes `notice`, which must live as long as the program, to stderr; null: nothing.
void set_interrupt_notice(const char* notice);

/// Throws Error(interrupted) when the flag is set. To be called between steps that do not look at it, such as reading
/// files, while nothing was done that would be kept.
void check_interrupt();

}  // namespace sluice::cli
