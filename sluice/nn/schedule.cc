#include "sluice/nn/schedule.h"

#include "sluice/nn/schedules/cosine_decay.h"
#include "sluice/nn/schedules/decay.h"
#include "sluice/nn/schedules/one_cycle.h"
#include "sluice/nn/schedules/piecewise_constant_decay.h"

namespace sluice {

const std::vector<NamedType<Schedule>>& named_types(const Schedule*) {
  static const std::vector<NamedType<Schedule>> types{
      exponential_decay_type(), inverse_time_decay_type(),    polynomial_decay_type(), piecewise_constant_decay_type(),
      cosine_decay_type(),      cosine_decay_restarts_type(), one_cycle_type(),
  };
  return types;
}

}  // namespace sluice
