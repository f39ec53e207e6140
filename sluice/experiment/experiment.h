#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/experiment/document.h"
#include "sluice/experiment/keys.h"
#include "sluice/nn/model.h"
#include "sluice/tune/objective.h"
#include "sluice/tune/space.h"

namespace sluice {

/// The rows that are held back from training: so many, a share, or a source of their own; none when all are unset.
struct ValidationRule {
  std::optional<int64_t> rows;
  std::optional<double> share;
  Json source;

  bool none() const { return !rows && !share && source.is_null(); }
};

/// The section `data`: sources as `load_source` reads them.
struct DataSection {
  Json train;
  Json test;  ///< Null when there is none.
  ValidationRule validation;
  uint64_t seed = 0;  ///< Draws the validation rows.
};

/// The section `search`.
struct SearchSection {
  Json sampler = "tpe";  ///< A name or {name: {parameters}}.
  Json pruner = "none";
  int64_t trials = 20;
  Objective objective;
  uint64_t seed = 0;
  std::optional<int64_t> slots;    ///< Unset: 4, or the number of workers the study is created with where that is more.
  std::vector<Json> enqueue;       ///< Parameters of the trials to try first.
  std::optional<Path> warm_start;  ///< The directory of an earlier study, from whose trials the sampler learns.
  std::optional<double> timeout;   ///< Seconds; written as a number, or a text such as 90s, 10m, 1.5h, 2d.
};

/// What an experiment file says, checked as far as that needs neither data nor values of the space. Model and fit are
/// templates: texts "$name" stand for values of the space or of the defaults. Elsewhere they were replaced by defaults.
struct Experiment {
  std::string name;  ///< Default: the file's name without its ending.
  Path directory;    ///< Relative paths start here: the folder of the file.
  DataSection data;
  Json model;                          ///< A list of entries; null when it starts from a file.
  std::shared_ptr<const Model> start;  ///< From `model: file.keras`: its graph and weights; else null.
  Json fit;
  Json defaults = Json::object();  ///< Values of trial 0 and constants, by name.
  Space space;
  SearchSection search;
  std::shared_ptr<const Document> document;  ///< For messages.
};

/// The keys of an experiment file.
std::span<const Key> experiment_keys();

/// Reads an experiment file and applies overrides such as "fit.epochs=3" (the texts behind `--set`).
///
/// Unknown keys are errors at every level, as are uses of `$name` without a value; messages begin with the place,
/// "mnist.yaml:12:7: …" or "--set fit.epochs=x: …".
///
/// Throws Error(not_found) when there is no such file, Error(invalid_argument) for all that is wrong with it.
Experiment read_experiment(const Path& path, std::span<const std::string> overrides = {});

/// How many of so many trials a study of the experiment has: fewer where its sampler has no more to try.
int64_t possible_trials(const Experiment& experiment, int64_t trials);

/// As above from a text; `name` stands for the file in messages.
Experiment parse_experiment(std::string_view text, const std::string& name, const Path& directory,
                            std::span<const std::string> overrides = {});

/// The shape of one row of each input, by name; "" names a single unnamed one.
using NamedShapes = std::vector<std::pair<std::string, Shape>>;

class Callback;
using CallbackPtr = std::shared_ptr<const Callback>;

/// What rows of a class count in the loss; 1 for classes that are not listed.
using ClassWeights = std::map<int64_t, double>;

/// What one trial trains, with every `$name` replaced.
struct TrialPlan {
  Graph graph;
  std::shared_ptr<const Model> start;  ///< Weights to start from; null: new ones drawn by the trial's seed.
  bool goes_on = false;                ///< With the state of the start's optimizer, as `fit` names no other.
  CompileConfig compile;
  int64_t batch_size = 32;
  int64_t epochs = 1;
  bool shuffle = true;
  std::vector<CallbackPtr> callbacks;
  std::vector<ClassWeights> class_weights;  ///< By output; empty: none.
};

/// Builds the plan of a trial. `values` replace `defaults`; a model without `Input` takes the shape of its input from
/// the single entry of `inputs`, an image without channels getting one.
///
/// Throws Error(invalid_argument) with the place in the file: a parameter that a layer refuses, shapes that do not fit,
/// a loss that does not suit the output.
TrialPlan instantiate(const Experiment& experiment, const Json& values, const NamedShapes& inputs);

/// Returns the names under which an epoch of this plan reports its scores: loss, accuracy, …; with validation rows
/// val_loss, val_accuracy, … too.
std::vector<std::string> reported_metrics(const TrialPlan& plan, bool validation);

}  // namespace sluice
