#include "sluice/cli/program.h"

int main(int count, char** arguments) { return sluice::cli::run_program({arguments + 1, arguments + count}); }
