#include "sluice/nn/metric.h"

#include "sluice/base/suggest.h"
#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/scoring.h"

namespace sluice {
namespace {

/// Appends a call that reads the rows of a value.
void append(PlanBuilder& plan, std::string_view name, Value value,
            std::function<void(const Step&, const float*)> score) {
  const Value y = plan.in(Layout::rows, value);
  plan.call({.kernel = std::string(name),
             .reads = {plan.data(y)},
             .effect = true,
             .run = [from = plan.data(y), score = std::move(score)](const Step& step) { score(step, step[from]); }});
}

class Accuracy : public Metric {
 public:
  std::string_view name() const override { return "accuracy"; }
  std::string_view doc() const override { return "Share of rows whose most probable class is the label."; }
  void check(const Shape& output, LabelKind labels) const override {
    if (output.size() == 1 && (output[0] > 1 || labels == LabelKind::values)) return;
    throw invalid("accuracy needs an output of [classes], got " + to_string(output));
  }

  void build(PlanBuilder& plan, const Value& output, LabelKind labels, int label, int sum) const override {
    const Value logits = plan.logits(output, Activation::softmax);
    const Value y = logits.id >= 0 ? logits : output;
    const int64_t classes = plan.shape(y)[0];
    append(plan, name(), y, [=](const Step& step, const float* values) {
      const Tensor& given = step.examples->labels[label];
      if (labels == LabelKind::classes) {
        step.sums[sum] = static_cast<double>(
            count_correct(step.rows, classes, values, given.values<int32_t>().data(), step.row_index));
      } else if (classes > 1) {
        step.sums[sum] = static_cast<double>(
            count_correct(step.rows, classes, values, given.values<float>().data(), step.row_index));
      } else {
        step.sums[sum] = count_correct_binary(step.rows, classes, values, given.values<float>().data(), step.row_index);
      }
    });
  }
};

/// A metric over real labels.
class ErrorMetric : public Metric {
 public:
  using Function = double (*)(int64_t, int64_t, const float*, const float*, const int64_t*);
  ErrorMetric(std::string_view name, std::string_view doc, Function function)
      : name_(name), doc_(doc), function_(function) {}
  std::string_view name() const override { return name_; }
  std::string_view doc() const override { return doc_; }
  void check(const Shape&, LabelKind labels) const override {
    if (labels == LabelKind::classes) throw invalid(std::string(name_) + " needs real labels, not class numbers");
  }
  void build(PlanBuilder& plan, const Value& output, LabelKind, int label, int sum) const override {
    append(plan, name_, output,
           [=, function = function_, size = element_count(plan.shape(output))](const Step& step, const float* y) {
             step.sums[sum] =
                 function(step.rows, size, y, step.examples->labels[label].values<float>().data(), step.row_index);
           });
  }

 private:
  std::string_view name_, doc_;
  Function function_;
};

double squared(int64_t rows, int64_t size, const float* y, const float* targets, const int64_t* row_index) {
  return squared_error(rows, size, y, targets, row_index, 0, nullptr);
}

/// Keras' other names of a metric; every accuracy of classes is reported as accuracy.
std::string canonical(std::string_view name) {
  static const std::vector<std::pair<std::string, std::string>> names{
      {"acc", "accuracy"},
      {"Accuracy", "accuracy"},
      {"sparse_categorical_accuracy", "accuracy"},
      {"SparseCategoricalAccuracy", "accuracy"},
      {"categorical_accuracy", "accuracy"},
      {"CategoricalAccuracy", "accuracy"},
      {"binary_accuracy", "accuracy"},
      {"BinaryAccuracy", "accuracy"},
      {"mean_absolute_error", "mae"},
      {"MeanAbsoluteError", "mae"},
      {"mean_squared_error", "mse"},
      {"MeanSquaredError", "mse"},
  };
  for (const auto& [other, ours] : names) {
    if (other == name) return ours;
  }
  return std::string(name);
}

}  // namespace

const std::vector<MetricPtr>& metrics() {
  static const std::vector<MetricPtr> all{
      std::make_shared<Accuracy>(),
      std::make_shared<ErrorMetric>("mae", "Mean absolute error.", absolute_error),
      std::make_shared<ErrorMetric>("mse", "Mean squared error.", squared),
  };
  return all;
}

MetricPtr find_metric(std::string_view name) {
  std::vector<std::string> names;
  for (const MetricPtr& metric : metrics()) {
    if (metric->name() == canonical(name)) return metric;
    names.emplace_back(metric->name());
  }
  throw invalid(unknown_name("metric", name, names));
}

}  // namespace sluice
