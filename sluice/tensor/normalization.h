#pragma once

#include <cstdint>

namespace sluice {

/// How an array of channels lies: `rows` rows of `positions` vectors of `channels`; or, with `lanes`, one row in each
/// lane: [groups, channels, positions, lanes()] for as many groups as hold the rows.
struct ChannelShape {
  int64_t rows;
  int64_t positions;
  int64_t channels;
  bool lanes = false;

  /// Elements of one channel.
  int64_t count() const { return rows * positions; }
};

// Sums by channel run over the rows in a fixed order; lanes behind the last row are left out.

/// sums[c] = sum of x.
void channel_sums(const ChannelShape& shape, const float* x, float* sums);

/// sums[c] = sum of (x - center[c])².
void channel_squares(const ChannelShape& shape, const float* x, const float* center, float* sums);

/// sums[c] = sum of dy · (x - center[c]).
void channel_products(const ChannelShape& shape, const float* dy, const float* x, const float* center, float* sums);

/// y = (x - center[c]) · scale[c] + offset[c], then the rectifier when `relu`; null: no center, no offset. x and y may
/// be the same array.
void channel_affine(const ChannelShape& shape, const float* x, const float* center, const float* scale,
                    const float* offset, bool relu, float* y);

/// dx = dy · scale[c] + (x - center[c]) · slope[c] + offset[c]; zero in lanes behind the last row. dy and dx may be the
/// same array.
void channel_affine_backward(const ChannelShape& shape, const float* dy, const float* x, const float* center,
                             const float* scale, const float* slope, const float* offset, float* dx);

/// What is done to vectors on their own: (x - mean) / sqrt(variance + epsilon), without the mean unless `centered`.
struct VectorNorm {
  int64_t size;
  float epsilon;
  bool centered = true;
};

/// Normalises each of `vectors` vectors, then · gamma + beta [size] (null: 1, 0). Writes its mean and
/// 1 / sqrt(variance + epsilon) to `moments` [vectors, 2].
void normalize_vectors(const VectorNorm& norm, int64_t vectors, const float* x, const float* gamma, const float* beta,
                       float* y, float* moments);

/// The reverse: writes dx unless null, and adds to dgamma and dbeta [size] unless null.
void normalize_vectors_backward(const VectorNorm& norm, int64_t vectors, const float* x, const float* moments,
                                const float* gamma, const float* dy, float* dx, float* dgamma, float* dbeta);

}  // namespace sluice
