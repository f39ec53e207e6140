#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sluice/base/files.h"

namespace sluice::cli {

/// What every command takes.
struct CommonOptions {
  bool json = false;             ///< One JSON object on standard output, nothing else there.
  bool quiet = false;            ///< No progress and no warnings.
  std::optional<uint64_t> seed;  ///< In place of the experiment's seed.
  Path data_dir;                 ///< Where known data sets are looked up first; may be empty.
};

/// sluice train
struct TrainRequest {
  Path experiment;
  Path output;                     ///< Empty: ./<name>.keras
  std::optional<int64_t> threads;  ///< Without a number as many as help.
  bool resume = false;             ///< Goes on where an earlier training was cut off.
  std::vector<std::string> set;
};

/// sluice tune
struct TuneRequest {
  Path experiment;
  Path study;  ///< Empty: studies/<name>
  std::optional<int64_t> trials;
  std::optional<int64_t> workers;
  std::optional<double> timeout;  ///< Seconds.
  std::vector<std::string> set;
};

/// sluice check
struct CheckRequest {
  Path experiment;
  std::vector<std::string> set;
};

/// The data that `evaluate` and `predict` read.
struct DataOptions {
  std::vector<std::string> data;
  std::string labels;  ///< A file, or ""; of `evaluate` only.
  double scale = 1;    ///< Inputs are multiplied by it.
};

/// sluice init
struct InitRequest {
  std::string data;    ///< A known set, or a file.
  std::string labels;  ///< A file, or "".
  Path output;         ///< Empty: the data's name with .yaml.
};

/// sluice evaluate
struct EvaluateRequest {
  Path model;
  DataOptions source;
  std::string loss;                  ///< "": the model's.
  std::vector<std::string> metrics;  ///< Empty: the model's.
};

/// sluice predict
struct PredictRequest {
  Path model;
  DataOptions source;
  Path output;
};

/// sluice inspect
struct InspectRequest {
  Path path;              ///< A model file, or the folder of a study.
  bool plan = false;      ///< Measures the kernel calls of a step.
  bool training = false;  ///< Of a training step, else of inference.
  std::optional<int64_t> batch;
};

/// sluice runs
struct RunsRequest {
  std::vector<std::string> compare;  ///< Two runs; empty: list them all.
};

/// sluice datasets
struct DatasetsRequest {
  std::string get;  ///< "": list what is known.
};

/// sluice export
struct ExportRequest {
  Path study;
  Path to;  ///< FILE.log: a journal of Optuna; a folder: runs of TensorBoard.
};

/// sluice report
struct ReportRequest {
  Path study;
  Path output;  ///< Empty: report.html in the study's folder.
};

/// sluice watch
struct WatchRequest {
  Path study;
};

/// sluice schema
struct SchemaRequest {};

/// sluice help
struct HelpRequest {
  std::string topic;  ///< "": the overview.
};

/// sluice --version
struct VersionRequest {};

using Request = std::variant<HelpRequest, VersionRequest, TrainRequest, TuneRequest, CheckRequest, InitRequest,
                             EvaluateRequest, PredictRequest, InspectRequest, ExportRequest, ReportRequest,
                             WatchRequest, RunsRequest, DatasetsRequest, SchemaRequest>;

}  // namespace sluice::cli
