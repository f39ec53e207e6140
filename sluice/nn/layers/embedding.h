#pragma once

#include "sluice/nn/initializers/random_uniform.h"
#include "sluice/nn/layer.h"

namespace sluice {

/// A learnt vector for each index: […] → […, output_dim]. Indices are exact up to 2²⁴. A plan throws
/// Error(invalid_argument) naming the row of an index outside of 0 to input_dim - 1. Optimizers see the sum of the
/// gradients of an index that a batch has several times; Keras on TensorFlow squares them one by one.
struct Embedding {
  int64_t input_dim = 1;
  int64_t output_dim = 1;
  InitializerPtr embeddings_initializer = make(RandomUniform{});
  RegularizerPtr embeddings_regularizer;
  ConstraintPtr embeddings_constraint;
  bool mask_zero = false;

  static constexpr std::string_view class_name = "Embedding";
  static constexpr std::string_view doc = "A learnt vector for each index.";
  static constexpr auto fields() {
    using P = Embedding;
    return std::tuple{
        required("input_dim", &P::input_dim, between(1, 1 << 24), "number of vectors; indices are below it"),
        required("output_dim", &P::output_dim, at_least(1), "size of the vectors"),
        field("embeddings_initializer", &P::embeddings_initializer, "how the vectors are filled"),
        field("embeddings_regularizer", &P::embeddings_regularizer, "penalty on the vectors"),
        field("embeddings_constraint", &P::embeddings_constraint, "what they are forced to after each update"),
        field("mask_zero", &P::mask_zero, "whether index 0 is padding, which GlobalAveragePooling1D leaves out")};
  }
};

LayerPtr make(const Embedding& parameters);
LayerType embedding_type();

}  // namespace sluice
