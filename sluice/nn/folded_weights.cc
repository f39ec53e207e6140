#include "sluice/nn/folded_weights.h"

namespace sluice {

FoldedWeights::FoldedWeights(PlanBuilder& plan, const Convolution& c, const Epilogue& epilogue) : convolution_(c) {
  if (!epilogue.scale) return;
  kernel_ = plan.allocate(c.kernel_size());
  bias_ = plan.allocate(c.shape.filters);
  plan.prepare({.kernel = "fold",
                .reads = {epilogue.scale, epilogue.offset},
                .writes = {kernel_, bias_},
                .run = [=, kernel = kernel_, bias = bias_](const Step& step) {
                  const float *scale = step[epilogue.scale], *offset = step[epilogue.offset];
                  const float* from = step.weights + c.kernel;
                  for (int64_t i = 0; i < c.kernel_size(); ++i) step[kernel][i] = from[i] * scale[i % c.shape.filters];
                  for (int64_t f = 0; f < c.shape.filters; ++f)
                    step[bias][f] = (c.bias < 0 ? 0 : step.weights[c.bias + f] * scale[f]) + offset[f];
                }});
}

}  // namespace sluice
