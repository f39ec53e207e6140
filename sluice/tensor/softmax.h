#pragma once

#include <cstdint>

#include "sluice/tensor/scored_rows.h"

namespace sluice {

/// y[rows, classes] = softmax of each row of x; they may be the same array.
void softmax(int64_t rows, int64_t classes, const float* x, float* y);

/// dx = y · (dy - sum(y · dy)) for each row; dy and dx may be the same array.
void softmax_backward(int64_t rows, int64_t classes, const float* y, const float* dy, float* dx);

/// Cross-entropy of softmax(logits) against class numbers, for rows of `vectors` vectors with a label each: labels
/// [examples, vectors]. Returns the weighted sum over rows of the mean over vectors; writes its gradient times
/// `gradient_scale`, scale · weight · (softmax(logits) - one_hot(label)) / vectors, when `dlogits` is not null. Vectors
/// with the label `ignored` count nothing and the others the more: the mean is over the others of all rows.
double sparse_softmax_cross_entropy(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                                    const int32_t* labels, int32_t ignored, float gradient_scale, float* dlogits);

/// The same against distributions, targets [examples, vectors, classes]; a distribution's sum need not be 1. Smoothing
/// turns a target t into t · (1 - smoothing) + smoothing / classes.
double softmax_cross_entropy(const ScoredRows& rows, int64_t vectors, int64_t classes, const float* logits,
                             const float* targets, float smoothing, float gradient_scale, float* dlogits);

/// z = log(p), p cut to [1e-7, 1 - 1e-7] as Keras does where probabilities come without logits.
void log_probabilities(int64_t n, const float* p, float* z);

/// dp = dz / p where p was not cut, else 0.
void log_probabilities_backward(int64_t n, const float* p, const float* dz, float* dp);

}  // namespace sluice
