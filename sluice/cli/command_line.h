#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sluice/cli/requests.h"

namespace sluice::cli {

/// What one call of the program asks for.
struct CommandLine {
  CommonOptions common;
  Request request;
};

/// Reads the arguments, the program's name not among them. No arguments ask for help.
///
/// Throws Error(invalid_argument) for an unknown command or flag (with the nearest known one), a missing or superfluous
/// argument, and a value that is not what the flag takes.
CommandLine parse_command_line(const std::vector<std::string>& arguments);

/// A flag or an argument as help shows it.
struct ArgumentHelp {
  std::string name;  ///< Such as "--trials N" or "EXPERIMENT".
  std::string doc;
};

/// A command as help shows it.
struct CommandHelp {
  std::string name;
  std::string usage;  ///< Such as "sluice check EXPERIMENT [flags]".
  std::string doc;
  std::vector<ArgumentHelp> arguments;
  std::vector<ArgumentHelp> flags;
};

/// Every command, in the order of the documentation.
std::vector<CommandHelp> command_help();

/// The flags that every command takes.
std::vector<ArgumentHelp> common_flag_help();

}  // namespace sluice::cli
