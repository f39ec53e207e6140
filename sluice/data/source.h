#pragma once

#include <string>
#include <vector>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/data/dataset.h"

namespace sluice {

/// What turns a source into arrays, beside the source itself.
struct SourceContext {
  /// Relative paths start here: the folder of the experiment file; empty: the working directory.
  Path folder = {};
  /// Where known data sets are looked up first (`--data-dir`); may be empty.
  Path data_dir = {};
  /// The model's names, where they are known: arrays of an `.npz` that are called so are inputs or labels.
  std::vector<std::string> input_names = {};
  std::vector<std::string> output_names = {};
  /// Rows without labels are an error.
  bool labelled = false;
};

/// Loads what an experiment file names as data:
///
///   mnist/train                        a split of a known data set; `./mnist/train` is the path
///   FILE                               an IDX, `.npy` or `.npz` file, by content, gzipped or not
///   {images: FILE, labels: FILE}       IDX or `.npy` files; labels may be left out
///   {npz: FILE}                        arrays by input name; `y` and arrays named like outputs are labels;
///                                      `sample_weight` and `OUTPUT_sample_weight` are what rows count in training
///
/// Where `input_names` are in an `.npz`, its other arrays are left out. A single input that is not called so, or `x` of
/// several, is the unnamed input; a single label called `y` is the unnamed label.
///
/// path  JSON pointer of the source in its document, for errors
///
/// Throws PathError for unknown keys (with the nearest known one), wrong types, and forms that are not supported,
/// naming those that are; else as the readers do.
Dataset load_source(const Json& source, const SourceContext& context, const std::string& path = "");

/// What `load_source` takes, in JSON Schema.
Json source_schema();

/// Loads what the command line names as data: `--data NAME/SPLIT` or `--data FILE`, with `--labels FILE` or "".
/// Throws Error(invalid_argument) for more than one file, labels given twice, and contents that are not supported.
Dataset load_files(const std::vector<std::string>& data, const std::string& labels, const SourceContext& context);

}  // namespace sluice
