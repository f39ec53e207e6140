#include "sluice/nn/metric.h"

#include "sluice/nn/metrics/accuracy.h"
#include "sluice/nn/metrics/error.h"

namespace sluice {

int64_t Metric::sums(const Shape&) const { return 1; }

double Metric::result(std::span<const double> sums, double rows) const { return sums[0] / rows; }

const std::vector<NamedType<Metric>>& named_types(const Metric*) {
  static const std::vector<NamedType<Metric>> types{
      accuracy_type(),
      binary_accuracy_type(),
      mean_absolute_error_metric_type(),
      mean_squared_error_metric_type(),
  };
  return types;
}

MetricPtr find_metric(std::string_view name) { return make_named<Metric>(name, {}); }

}  // namespace sluice
