#pragma once

#include <string_view>

namespace sluice {

/// The instruction sets that kernels are compiled for. Persistent: part of a study's identity.
enum class KernelLevel { avx2, avx512 };

std::string_view to_string(KernelLevel level);

/// The level of this process: the highest that the processor has, or lower when the environment variable
/// SLUICE_KERNEL_LEVEL says `avx2`. Throws Error(invalid_argument) when the processor lacks AVX2 and FMA, or the
/// variable asks for what it lacks. The first call decides; kernels may run only after it.
KernelLevel kernel_level();

/// Number of float32 values in a vector at this level: 8 or 16. Plans put that many rows side by side.
int lanes();

/// Prepares the calling thread for kernels, restoring it at the end of the scope: oneDNN uses this thread only, and
/// denormal numbers count as zero.
class KernelScope {
 public:
  KernelScope();
  ~KernelScope();
  KernelScope(const KernelScope&) = delete;
  KernelScope& operator=(const KernelScope&) = delete;

 private:
  unsigned control_;
  int threads_;
};

}  // namespace sluice
