#include "sluice/tensor/kernel_level.h"

#include <dnnl.h>
#include <hwy/highway.h>
#include <hwy/targets.h>
#include <xmmintrin.h>

#include <cstdlib>
#include <string>

#include "sluice/base/error.h"

extern "C" {
// From the OpenMP runtime that oneDNN brings along.
int omp_get_max_threads(void);
void omp_set_num_threads(int);
}

namespace sluice {
namespace {

KernelLevel choose() {
  auto supported = hwy::SupportedTargets();
  if ((supported & HWY_AVX2) == 0) throw invalid("this processor lacks AVX2 and FMA, which Sluice needs");
  bool wide = (supported & HWY_AVX3) != 0;
  const char* asked = std::getenv("SLUICE_KERNEL_LEVEL");
  std::string level = asked == nullptr ? (wide ? "avx512" : "avx2") : asked;
  if (level != "avx2" && level != "avx512") {
    throw invalid("SLUICE_KERNEL_LEVEL: expected avx2 or avx512, got \"" + level + "\"");
  }
  if (level == "avx512" && !wide) throw invalid("SLUICE_KERNEL_LEVEL=avx512: this processor lacks AVX-512");
  if (level == "avx2") {
    hwy::DisableTargets(HWY_AVX3 | HWY_AVX3_DL);
    dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return level == "avx2" ? KernelLevel::avx2 : KernelLevel::avx512;
}

constexpr unsigned flush_to_zero = 0x8040;  // FTZ and DAZ of the MXCSR register

}  // namespace

std::string_view to_string(KernelLevel level) { return level == KernelLevel::avx2 ? "avx2" : "avx512"; }

KernelLevel kernel_level() {
  static const KernelLevel level = choose();
  return level;
}

int lanes() { return kernel_level() == KernelLevel::avx2 ? 8 : 16; }

KernelScope::KernelScope() : control_(_mm_getcsr()), threads_(omp_get_max_threads()) {
  kernel_level();
  _mm_setcsr(control_ | flush_to_zero);
  omp_set_num_threads(1);
}

KernelScope::~KernelScope() {
  _mm_setcsr(control_);
  omp_set_num_threads(threads_);
}

}  // namespace sluice
