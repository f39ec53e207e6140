#pragma once

#include "sluice/nn/metric.h"

namespace sluice {

/// Between 0 and 1: one number or a list; null for the default.
struct Thresholds {
  std::vector<double> values;
};

template <>
struct FieldType<Thresholds> {
  static std::string type() { return "number, list of number or null"; }
  static Json schema(const Bounds&) {
    const Json share = schema::number(between(0, 1));
    return schema::either({share, schema::list(share), schema::nothing()});
  }
  static Thresholds read(const Json& json, const Bounds&);
  static Json write(const Thresholds& thresholds) {
    return thresholds.values.empty() ? Json() : FieldType<std::vector<double>>::write(thresholds.values);
  }
};

/// Metrics of outputs that are probabilities, against labels that are zero or not, by thresholds. Where labels are
/// class numbers, these are taken as one-hot. Several thresholds give several numbers, NAME_0, NAME_1, ….
struct ThresholdCount {
  Thresholds thresholds;

  static constexpr auto fields() {
    return std::tuple{field("thresholds", &ThresholdCount::thresholds, "outputs above mean 1; default 0.5")};
  }
};

/// Share of the outputs taken for 1 whose label is.
struct Precision {
  Thresholds thresholds;
  std::optional<int64_t> top_k;
  std::optional<int64_t> class_id;

  static constexpr std::string_view class_name = "Precision";
  static constexpr std::string_view doc = "Share of the outputs above the threshold whose label is 1.";
  static constexpr auto fields() {
    return std::tuple{field("thresholds", &Precision::thresholds, "outputs above mean 1; default 0.5, none with top_k"),
                      field("top_k", &Precision::top_k, at_least(1), "only the k largest outputs of a row can mean 1"),
                      field("class_id", &Precision::class_id, at_least(0), "only this output counts")};
  }
};

/// Share of the labels 1 whose output is taken for 1.
struct Recall : Precision {
  static constexpr std::string_view class_name = "Recall";
  static constexpr std::string_view doc = "Share of the labels 1 whose output is above the threshold.";
};

enum class Curve { roc, pr };
constexpr auto enum_names(Curve) { return std::to_array<std::string_view>({"ROC", "PR"}); }
constexpr std::string_view enum_alias(Curve, std::string_view name) {
  return name == "roc" ? "ROC" : name == "pr" ? "PR" : name;
}

enum class Summation { interpolation, minoring, majoring };
constexpr auto enum_names(Summation) {
  return std::to_array<std::string_view>({"interpolation", "minoring", "majoring"});
}

/// Area under a curve. Between points of the precision-recall curve, interpolation is that of Davis and Goadrich 2006.
/// With `multi_label` each of the outputs has a curve, and the result is the mean of their areas; `label_weights` then
/// weigh the areas, otherwise the outputs on the one curve.
struct AUC {
  int64_t num_thresholds = 200;
  Curve curve = Curve::roc;
  Summation summation_method = Summation::interpolation;
  Thresholds thresholds;
  bool multi_label = false;
  std::optional<int64_t> num_labels;
  std::optional<std::vector<double>> label_weights;
  bool from_logits = false;

  static constexpr std::string_view class_name = "AUC";
  static constexpr std::string_view doc = "Area under the ROC or the precision-recall curve.";
  static constexpr auto fields() {
    return std::tuple{
        field("num_thresholds", &AUC::num_thresholds, between(2, 1e6), "points of the curve, evenly spread"),
        field("curve", &AUC::curve, "which curve"),
        field("summation_method", &AUC::summation_method, "height between two points"),
        field("thresholds", &AUC::thresholds, "points besides 0 and 1, instead of num_thresholds"),
        field("multi_label", &AUC::multi_label, "whether each output has a curve of its own; the mean of their areas"),
        field("num_labels", &AUC::num_labels, at_least(1), "number of outputs, with multi_label; null: as there are"),
        field("label_weights", &AUC::label_weights, at_least(0), "what each output counts; null: 1"),
        field("from_logits", &AUC::from_logits, "whether outputs are logits")};
  }
};

NamedType<Metric> true_positives_type();
NamedType<Metric> false_positives_type();
NamedType<Metric> true_negatives_type();
NamedType<Metric> false_negatives_type();
NamedType<Metric> precision_type();
NamedType<Metric> recall_type();
NamedType<Metric> auc_type();

}  // namespace sluice
