#include "sluice/cli/exit_code.h"

namespace sluice::cli {

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
    case ErrorCode::conflict: return 2;
    case ErrorCode::interrupted: return 130;
    case ErrorCode::failed:
    case ErrorCode::io:
    case ErrorCode::internal: break;
  }
  return 1;
}

}  // namespace sluice::cli
