#include "sluice/nn/loss.h"

#include "sluice/base/suggest.h"
#include "sluice/nn/plan_builder.h"
#include "sluice/tensor/scoring.h"
#include "sluice/tensor/softmax.h"

namespace sluice {
namespace {

float mean_scale(const Step& step) { return 1.0f / static_cast<float>(step.rows); }

/// Cross-entropy over classes, from the logits of a softmax where there are some, else from probabilities.
class CategoricalCrossentropy : public Loss {
 public:
  explicit CategoricalCrossentropy(LabelKind kind) : kind_(kind) {}
  std::string_view name() const override {
    return kind_ == LabelKind::classes ? "sparse_categorical_crossentropy" : "categorical_crossentropy";
  }
  std::string_view doc() const override {
    return kind_ == LabelKind::classes ? "Cross-entropy against class numbers."
                                       : "Cross-entropy against a distribution over the classes (one-hot labels).";
  }
  LabelKind label_kind() const override { return kind_; }
  void check_output(const Shape& shape) const override {
    if (shape.size() == 1 && shape[0] >= 2) return;
    throw invalid(std::string(name()) + " needs an output of [classes], at least 2, got " + to_string(shape));
  }

  void build(PlanBuilder& plan, const Value& output, int label, int sum) const override {
    const Value softmax_logits = plan.logits(output, Activation::softmax);
    if (softmax_logits.id >= 0) return build_from_logits(plan, softmax_logits, label, sum);
    const Value p = plan.in(Layout::rows, output);
    const int64_t classes = plan.shape(p)[0];
    const Value z = plan.value(plan.shape(p), Layout::rows, {&p, 1});
    plan.call({.kernel = "log",
               .reads = {plan.data(p)},
               .writes = {plan.data(z)},
               .run = [=, from = plan.data(p), to = plan.data(z)](const Step& step) {
                 log_probabilities(step.rows * classes, step[from], step[to]);
               }});
    plan.backward([=, &plan] {
      const Buffer dz = plan.gradient(z);
      if (!dz || !plan.needs_gradient(p)) return;
      const Buffer dp = plan.gradient_target(p);
      plan.call({.kernel = "log backward",
                 .reads = {plan.data(p), dz},
                 .writes = {dp},
                 .run = [=, from = plan.data(p)](const Step& step) {
                   log_probabilities_backward(step.rows * classes, step[from], step[dz], step[dp]);
                 }});
    });
    build_from_logits(plan, z, label, sum);
  }

 private:
  LabelKind kind_;

  void build_from_logits(PlanBuilder& plan, Value logits, int label, int sum) const {
    const int64_t classes = plan.shape(logits)[0];
    const Buffer gradient = plan.needs_gradient(logits) ? plan.gradient_target(logits) : Buffer{};
    plan.call({.kernel = std::string(name()),
               .reads = {plan.data(logits)},
               .writes = gradient ? std::vector{gradient} : std::vector<Buffer>{},
               .effect = true,
               .run = [=, kind = kind_, from = plan.data(logits)](const Step& step) {
                 float* to = gradient ? step[gradient] : nullptr;
                 const Tensor& labels = step.examples->labels[label];
                 step.sums[sum] =
                     kind == LabelKind::classes
                         ? sparse_softmax_cross_entropy(step.rows, classes, step[from], labels.values<int32_t>().data(),
                                                        step.row_index, mean_scale(step), to)
                         : softmax_cross_entropy(step.rows, classes, step[from], labels.values<float>().data(),
                                                 step.row_index, mean_scale(step), to);
               }});
  }
};

class MeanSquaredError : public Loss {
 public:
  std::string_view name() const override { return "mse"; }
  std::string_view doc() const override { return "Mean squared error."; }
  LabelKind label_kind() const override { return LabelKind::values; }
  void check_output(const Shape&) const override {}

  void build(PlanBuilder& plan, const Value& output, int label, int sum) const override {
    const Value y = plan.in(Layout::rows, output);
    const Buffer gradient = plan.needs_gradient(y) ? plan.gradient_target(y) : Buffer{};
    plan.call({.kernel = "mse",
               .reads = {plan.data(y)},
               .writes = gradient ? std::vector{gradient} : std::vector<Buffer>{},
               .effect = true,
               .run = [=, from = plan.data(y), size = element_count(plan.shape(y))](const Step& step) {
                 step.sums[sum] =
                     squared_error(step.rows, size, step[from], step.examples->labels[label].values<float>().data(),
                                   step.row_index, mean_scale(step), gradient ? step[gradient] : nullptr);
               }});
  }
};

/// Keras' other names of a loss.
std::string canonical(std::string_view name) {
  static const std::vector<std::pair<std::string, std::string>> names{
      {"SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"},
      {"CategoricalCrossentropy", "categorical_crossentropy"},
      {"MeanSquaredError", "mse"},
      {"mean_squared_error", "mse"},
  };
  for (const auto& [other, ours] : names) {
    if (other == name) return ours;
  }
  return std::string(name);
}

}  // namespace

const std::vector<LossPtr>& losses() {
  static const std::vector<LossPtr> all{
      std::make_shared<CategoricalCrossentropy>(LabelKind::classes),
      std::make_shared<CategoricalCrossentropy>(LabelKind::values),
      std::make_shared<MeanSquaredError>(),
  };
  return all;
}

LossPtr find_loss(std::string_view name) {
  std::vector<std::string> names;
  for (const LossPtr& loss : losses()) {
    if (loss->name() == canonical(name)) return loss;
    names.emplace_back(loss->name());
  }
  throw invalid(unknown_name("loss", name, names));
}

}  // namespace sluice
