#pragma once

#include <optional>

#include "sluice/experiment/experiment.h"
#include "sluice/experiment/experiment_data.h"

namespace sluice {

/// Where a model comes from, beyond its experiment and data.
struct ModelOrigin {
  Json params = Json::object();  ///< The values of the space.
  uint64_t seed = 0;             ///< Of the study, or of the training.
  int64_t threads = 1;           ///< That shared each batch.
  int64_t trial = 0;
  int64_t epoch = 0;              ///< After which its weights were taken.
  Json metrics = Json::object();  ///< Of that epoch.
};

/// Returns what `Model::facts` holds: experiment, params, seed, threads, data_seed, data, trial, epoch, metrics,
/// classes. Persistent: the names appear in `.keras` files.
Json model_facts(const Experiment& experiment, const ExperimentData& data, const TrialPlan& plan,
                 const ModelOrigin& origin);

}  // namespace sluice
