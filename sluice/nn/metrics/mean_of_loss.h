#pragma once

#include "sluice/nn/metric.h"

namespace sluice {

/// Means of losses: MeanSquaredError, BinaryCrossentropy, Hinge, …, with the parameters of the losses; and
/// RootMeanSquaredError.
std::vector<NamedType<Metric>> mean_of_loss_types();

}  // namespace sluice
