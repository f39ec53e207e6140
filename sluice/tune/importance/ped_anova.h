#pragma once

#include <vector>

#include "sluice/tune/importance/regression_tree.h"

namespace sluice {

/// The importance of each axis for being among the best tenth, by PED-ANOVA (Watanabe, Bansal and Hutter 2023): how far
/// the density of the best along the axis is from that of all results, by Pearson's divergence; the shares add up to 1.
/// Lower values are better. Empty where nothing can be said.
std::vector<double> ped_anova(const Axes& axes, const Results& results);

}  // namespace sluice
