#pragma once

#include <atomic>

namespace sluice::cli {

/// Makes SIGINT and SIGTERM set the returned flag instead of ending the program; a second one ends it at once with exit
/// code 130. To be called by commands whose work can be stopped with results kept.
const std::atomic<bool>& watch_interrupts();

}  // namespace sluice::cli
