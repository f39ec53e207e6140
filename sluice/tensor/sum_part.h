#pragma once

namespace sluice {

/// Where a call stands among those that together sum over some rows after the others, with one scratch.
struct SumPart {
  bool first = true;  ///< The sums start from zero.
  bool last = true;   ///< They are finished.
};

}  // namespace sluice
