#pragma once

#include <vector>

#include "sluice/tune/importance/regression_tree.h"

namespace sluice {

/// The importance of each axis by functional analysis of variance (Hutter, Hoos and Leyton-Brown 2014): the share of
/// the variance of the values over the space that the axis has alone, as a forest of regression trees sees it. Where
/// some axes act together the shares add up to less than 1. Empty where nothing can be said: fewer than two results, or
/// all equal.
std::vector<double> fanova(const Axes& axes, const Results& results);

}  // namespace sluice
