#pragma once

#include <vector>

#include "sluice/tune/gaussian_process/kernel.h"

namespace sluice {

/// The logarithm of the posterior density of kernel parameters, up to a constant.
struct LogPosterior {
  double value = 0;
  std::vector<double> gradient;  ///< By the logarithms of the parameters.
};

/// Returns the log marginal likelihood of the values (Rasmussen and Williams 2006, eqs. 2.30 and 5.9) plus the log
/// prior: the logarithms are independent and normal, those of the weights around 0, that of the noise around -7.
LogPosterior log_posterior(const Positions& positions, const std::vector<double>& values,
                           const KernelParameters& parameters);

/// Returns parameters on the way to the mode of the posterior, after so many steps of Adam (Kingma and Ba 2015) from
/// the middle of the prior. The values have mean 0 and variance 1.
KernelParameters fit_kernel(const Positions& positions, const std::vector<double>& values, int steps = 25);

}  // namespace sluice
