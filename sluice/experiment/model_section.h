#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/experiment/experiment.h"
#include "sluice/nn/graph.h"

namespace sluice {

/// The definitions that describe the section in JSON Schema: "model", "entry", and "layer.NAME" of each layer.
Json model_definitions();

/// One entry of the section `model`: a layer, or an input of the network.
struct ModelEntry {
  std::string path;               ///< In the document.
  LayerPtr layer;                 ///< Null for an input, and where a layer is used again.
  std::string use;                ///< The name of an entry whose layer is called again; else "".
  Shape shape;                    ///< Of an input, without the batch.
  std::string dtype = "float32";  ///< Of an input.
  std::vector<int64_t> open;      ///< Dimensions of an input whose size may be another one.
  std::string name;               ///< "" where the file gives none.
  bool trainable = true;
  std::optional<std::vector<std::string>> inputs;  ///< Nothing: the entry before.

  bool is_input() const { return layer == nullptr && use.empty(); }
};

/// The section `model` as it is for one choice of values.
struct ModelSection {
  std::vector<ModelEntry> entries;
  std::vector<std::string> outputs;  ///< Empty: the last entry.
  std::string outputs_path;          ///< In the document.
};

/// Reads a list of entries, `Flatten`, `{Dense: {units: 3}, name: head, inputs: [a, b]}` or
/// `{Input: {shape: [28, 28, 1], dtype: float32, name: a}}`; `{use: head, inputs: [c]}` calls the layer of another
/// entry again, with the same weights; an entry `{outputs: [names]}` says what the model gives.
///
/// Throws PathError for unknown keys, layers and parameters, and values out of their bounds.
ModelSection read_model_section(const Json& model, const Json& values);

/// Connects the entries. `inputs` are the shapes of a row of the training data: a model without `Input` takes the
/// single one, an image without channels and a single number getting a dimension of 1. Rows of two dimensions are
/// images, unless the first layer that is called 1D or 2D is for sequences.
///
/// Throws PathError at the entry: names that are not known or appear twice, shapes that do not fit.
Graph build_graph(const ModelSection& section, const NamedShapes& inputs, const std::string& name);

}  // namespace sluice
