#pragma once

#include <cstdint>

namespace sluice {

/// y[rows, classes] = softmax of each row of x; they may be the same array.
void softmax(int64_t rows, int64_t classes, const float* x, float* y);

/// dx = y · (dy - sum(y · dy)) for each row; dy and dx may be the same array.
void softmax_backward(int64_t rows, int64_t classes, const float* y, const float* dy, float* dx);

/// Cross-entropy of softmax(logits) against class numbers. Returns the sum of the losses over the rows; writes
/// dlogits = gradient_scale · (softmax(logits) - one_hot(label)) when not null. Label of row i: labels[row_index[i]].
double sparse_softmax_cross_entropy(int64_t rows, int64_t classes, const float* logits, const int32_t* labels,
                                    const int64_t* row_index, float gradient_scale, float* dlogits);

/// The same against target distributions [n, classes]; a target's sum need not be 1.
double softmax_cross_entropy(int64_t rows, int64_t classes, const float* logits, const float* targets,
                             const int64_t* row_index, float gradient_scale, float* dlogits);

/// z = log(p), p cut to [1e-7, 1 - 1e-7] as Keras does where probabilities come without logits.
void log_probabilities(int64_t n, const float* p, float* z);

/// dp = dz / p where p was not cut, else 0.
void log_probabilities_backward(int64_t n, const float* p, const float* dz, float* dp);

}  // namespace sluice
