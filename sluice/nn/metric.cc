#include "sluice/nn/metric.h"

#include "sluice/nn/metrics/accuracy.h"
#include "sluice/nn/metrics/confusion_matrix.h"
#include "sluice/nn/metrics/f_score.h"
#include "sluice/nn/metrics/mean_of_loss.h"
#include "sluice/nn/metrics/r2_score.h"
#include "sluice/nn/metrics/thresholds.h"

namespace sluice {

int64_t Metric::sums(const Shape&) const { return 1; }

std::vector<std::string> Metric::names(const Shape&) const { return {name()}; }

std::vector<double> Metric::results(std::span<const double> sums, double count) const { return {result(sums, count)}; }

double Metric::result(std::span<const double> sums, double count) const { return count == 0 ? 0 : sums[0] / count; }

std::optional<ScoreTable> Metric::table(std::span<const double>) const { return std::nullopt; }

const std::vector<NamedType<Metric>>& named_types(const Metric*) {
  static const std::vector<NamedType<Metric>> types = [] {
    std::vector<NamedType<Metric>> list{
        accuracy_type(),
        binary_accuracy_type(),
        top_k_categorical_accuracy_type(),
        sparse_top_k_categorical_accuracy_type(),
        auc_type(),
        precision_type(),
        recall_type(),
        f1_score_type(),
        f_beta_score_type(),
        true_positives_type(),
        false_positives_type(),
        true_negatives_type(),
        false_negatives_type(),
        r2_score_type(),
        confusion_matrix_type(),
    };
    for (NamedType<Metric>& type : mean_of_loss_types()) list.push_back(std::move(type));
    return list;
  }();
  return types;
}

MetricPtr find_metric(std::string_view name) { return make_named<Metric>(name, {}); }

std::vector<std::string> numbered_names(const std::string& name, size_t count) {
  if (count == 1) return {name};
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(name + "_" + std::to_string(i));
  return names;
}

}  // namespace sluice
