#include "sluice/nn/metrics/thresholds.h"

#include <algorithm>
#include <cmath>

#include "sluice/nn/activations.h"
#include "sluice/nn/metrics/append_internal.h"

namespace sluice {

Thresholds FieldType<Thresholds>::read(const Json& json, const Bounds&) {
  if (json.is_null()) return {};
  if (!json.is_array()) return {{FieldType<double>::read(json, between(0, 1))}};
  Thresholds thresholds{FieldType<std::vector<double>>::read(json, between(0, 1))};
  if (thresholds.values.empty()) throw invalid("expected a number or a list of them, got an empty list");
  return thresholds;
}

namespace {

constexpr double epsilon = 1e-7;

double divide(double a, double b) { return b == 0 ? 0 : a / b; }

/// Elements by label and by whether they exceed one threshold.
struct Counts {
  double true_positives = 0, false_positives = 0, true_negatives = 0, false_negatives = 0;

  double precision() const { return divide(true_positives, true_positives + false_positives); }
  double recall() const { return divide(true_positives, true_positives + false_negatives); }
  double false_positive_rate() const { return divide(false_positives, false_positives + true_negatives); }
};

/// The counts at each threshold, rising, from a histogram [2, thresholds + 1].
std::vector<Counts> counts_of(std::span<const double> histogram) {
  const size_t width = histogram.size() / 2;
  std::vector<Counts> counts(width - 1);
  double negatives = 0, positives = 0;  // That exceed more than i thresholds.
  for (size_t i = width - 1; i-- > 0;) {
    negatives += histogram[i + 1];
    positives += histogram[width + i + 1];
    counts[i].false_positives = negatives;
    counts[i].true_positives = positives;
  }
  for (size_t i = 0; i + 1 < width; ++i) {
    counts[i].true_negatives = counts[0].false_positives + histogram[0] - counts[i].false_positives;
    counts[i].false_negatives = counts[0].true_positives + histogram[width] - counts[i].true_positives;
  }
  return counts;
}

/// Whether thresholds are 0, 1/(n-1), …, 1, as Keras tells.
bool is_even(std::span<const double> sorted) {
  if (sorted.size() < 3) return false;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const double even = static_cast<double>(i) / static_cast<double>(sorted.size() - 1);
    if (std::abs(sorted[i] - even) > epsilon + 1e-5 * even) return false;
  }
  return true;
}

ThresholdGrid make_grid(std::vector<double> thresholds) {
  const bool even = is_even(thresholds);
  std::ranges::sort(thresholds);
  return {.values = {thresholds.begin(), thresholds.end()}, .even = even};
}

/// A metric that follows from the counts at thresholds.
template <class Parameters>
class ThresholdMetric : public ParameterNamed<Metric, Parameters> {
 public:
  ThresholdMetric(const Parameters& parameters, ThresholdGrid grid)
      : ParameterNamed<Metric, Parameters>(parameters), grid_(std::move(grid)) {}

  void check(const Shape& output, LabelKind) const override {
    if (output.empty()) throw invalid(this->name() + " needs an output of [outputs], got " + to_string(output));
    const BinaryView of = view();
    if (std::max(of.class_id.value_or(0), of.top_k.value_or(1) - 1) < output.back()) return;
    throw invalid(this->name() + ": " + (of.class_id.value_or(0) < output.back() ? "top_k" : "class_id") +
                  " is beyond the output of " + to_string(output));
  }
  int64_t sums(const Shape& output) const override {
    return static_cast<int64_t>(views(output).size()) * histogram_size();
  }
  void build(PlanBuilder& plan, const Value& output, LabelKind, const ScoreTarget& target) const override {
    const Shape shape = plan.shape(output);
    append_score(plan, this->name(), probabilities(plan, output),
                 [=, grid = grid_, views = views(shape), size = histogram_size()](const Step& step, const float* y) {
                   double* sums = step.sums + target.sum;
                   for (const BinaryView& view : views) {
                     std::fill_n(sums, size, 0.0);
                     add_histogram(target.rows(step), scored_labels(step, target, shape), view, grid, y, sums);
                     sums += size;
                   }
                 });
  }

 protected:
  /// Of one histogram, [2, thresholds + 1].
  int64_t histogram_size() const { return 2 * (static_cast<int64_t>(grid_.values.size()) + 1); }
  virtual BinaryView view() const { return {}; }
  /// Each of which has a histogram.
  virtual std::vector<BinaryView> views(const Shape&) const { return {view()}; }
  virtual Value probabilities(PlanBuilder&, Value output) const { return output; }

  const ThresholdGrid grid_;
};

/// One number for each threshold, in the order in which they were given.
template <class Parameters>
class EachThreshold : public ThresholdMetric<Parameters> {
 public:
  EachThreshold(const Parameters& parameters, double fallback)
      : ThresholdMetric<Parameters>(parameters, make_grid(given(parameters, fallback))),
        given_(given(parameters, fallback)) {}

  std::string name() const override { return snake_case(Parameters::class_name); }
  std::vector<std::string> names(const Shape&) const override { return numbered_names(name(), given_.size()); }
  std::vector<double> results(std::span<const double> sums, double) const override {
    const std::vector<Counts> counts = counts_of(sums);
    std::vector<double> results;
    for (const double threshold : given_) {
      const auto& sorted = this->grid_.values;
      results.push_back(
          value(counts[std::ranges::lower_bound(sorted, static_cast<float>(threshold)) - sorted.begin()]));
    }
    return results;
  }

 private:
  virtual double value(const Counts& counts) const = 0;

  static std::vector<double> given(const Parameters& parameters, double fallback) {
    return parameters.thresholds.values.empty() ? std::vector{fallback} : parameters.thresholds.values;
  }

  const std::vector<double> given_;
};

/// A metric that is one of the counts.
struct CountText {
  std::string_view class_name, doc;
  double Counts::* member;
  bool rises;
};
constexpr auto count_texts = std::to_array<CountText>({
    {"TruePositives", "How many outputs are above the threshold with a label of 1.", &Counts::true_positives, true},
    {"FalsePositives", "How many outputs are above the threshold with a label of 0.", &Counts::false_positives, false},
    {"TrueNegatives", "How many outputs are not above the threshold with a label of 0.", &Counts::true_negatives, true},
    {"FalseNegatives", "How many outputs are not above the threshold with a label of 1.", &Counts::false_negatives,
     false},
});

template <size_t index>
struct Counted : ThresholdCount {
  static constexpr std::string_view class_name = count_texts[index].class_name;
  static constexpr std::string_view doc = count_texts[index].doc;
};

template <size_t index>
class CountMetric : public EachThreshold<Counted<index>> {
 public:
  explicit CountMetric(const Counted<index>& parameters) : EachThreshold<Counted<index>>(parameters, 0.5) {}
  bool rises() const override { return count_texts[index].rises; }

 private:
  double value(const Counts& counts) const override { return counts.*count_texts[index].member; }
};

template <size_t index>
NamedType<Metric> count_type() {
  return named_type<Metric, Counted<index>, CountMetric<index>>();
}

template <class Parameters, double (Counts::*share)() const>
class ShareMetric : public EachThreshold<Parameters> {
 public:
  explicit ShareMetric(const Parameters& parameters)
      : EachThreshold<Parameters>(parameters, parameters.top_k ? -1e10 : 0.5) {}
  bool rises() const override { return true; }

 private:
  BinaryView view() const override { return {this->p.top_k, this->p.class_id}; }
  double value(const Counts& counts) const override { return (counts.*share)(); }
};

/// Evenly spread thresholds, or those given, between one just below 0 and one just above 1.
ThresholdGrid auc_grid(const AUC& p) {
  std::vector<double> inner = p.thresholds.values;
  const bool given = !inner.empty();
  for (int64_t i = 1; !given && i + 1 < p.num_thresholds; ++i)
    inner.push_back(static_cast<double>(i) / static_cast<double>(p.num_thresholds - 1));
  inner.insert(inner.end(), {0, 1});
  std::ranges::sort(inner);
  ThresholdGrid grid{.values = {}, .even = !given || is_even(inner), .open = true};
  inner.front() = -epsilon;
  inner.back() = 1 + epsilon;
  grid.values.assign(inner.begin(), inner.end());
  return grid;
}

class AucMetric : public ThresholdMetric<AUC> {
 public:
  explicit AucMetric(const AUC& parameters) : ThresholdMetric(parameters, auc_grid(parameters)) {}
  std::string name() const override { return "auc"; }
  bool rises() const override { return true; }
  void check(const Shape& output, LabelKind labels) const override {
    ThresholdMetric::check(output, labels);
    if (p.num_labels && !p.multi_label) throw invalid("auc: num_labels goes with multi_label");
    if (p.multi_label && output.size() != 1)
      throw invalid("auc: multi_label needs an output of [outputs], got " + to_string(output));
    if (p.num_labels) check_count("num_labels", *p.num_labels, output);
    if (p.label_weights) check_count("label_weights", static_cast<int64_t>(p.label_weights->size()), output);
  }
  double result(std::span<const double> sums, double) const override {
    const auto size = static_cast<size_t>(histogram_size());
    if (sums.size() == size) return area(sums);
    return p.multi_label ? mean_area(sums, size) : area(weighed(sums, size));
  }

 private:
  static void check_count(const std::string& name, int64_t count, const Shape& output) {
    if (count == output.back()) return;
    throw invalid("auc: " + name + ": " + std::to_string(count) + " for an output of " + to_string(output));
  }

  std::vector<BinaryView> views(const Shape& output) const override {
    if (!p.multi_label && !p.label_weights) return {view()};
    std::vector<BinaryView> views;
    for (int64_t label = 0; label < output.back(); ++label) views.push_back({std::nullopt, label});
    return views;
  }

  double weight(size_t label) const { return p.label_weights ? (*p.label_weights)[label] : 1; }

  double area(std::span<const double> histogram) const {
    const std::vector<Counts> counts = counts_of(histogram);
    double area = 0;
    for (size_t i = 0; i + 1 < counts.size(); ++i) area += area_between(counts[i], counts[i + 1]);
    return area;
  }

  double mean_area(std::span<const double> histograms, size_t size) const {
    double sum = 0, weights = 0;
    for (size_t label = 0; label * size < histograms.size(); ++label) {
      sum += weight(label) * area(histograms.subspan(label * size, size));
      weights += weight(label);
    }
    return divide(sum, weights);
  }

  std::vector<double> weighed(std::span<const double> histograms, size_t size) const {
    std::vector<double> sum(size);
    for (size_t i = 0; i < histograms.size(); ++i) sum[i % size] += weight(i / size) * histograms[i];
    return sum;
  }

  Value probabilities(PlanBuilder& plan, Value output) const override {
    return p.from_logits ? build_activation(plan, output, Activation::sigmoid) : output;
  }

  /// The area between two neighbouring points, the one of the lower threshold first.
  double area_between(const Counts& a, const Counts& b) const {
    if (p.curve == Curve::roc)
      return (a.false_positive_rate() - b.false_positive_rate()) * height(a.recall(), b.recall());
    if (p.summation_method == Summation::interpolation) return interpolated(a, b);
    return (a.recall() - b.recall()) * height(a.precision(), b.precision());
  }
  double height(double a, double b) const {
    if (p.summation_method == Summation::minoring) return std::min(a, b);
    return p.summation_method == Summation::majoring ? std::max(a, b) : (a + b) / 2;
  }
  /// Davis and Goadrich 2006: between two points true positives grow linearly with positives.
  static double interpolated(const Counts& a, const Counts& b) {
    const double from = b.true_positives + b.false_positives, to = a.true_positives + a.false_positives;
    const double gained = a.true_positives - b.true_positives;
    const double slope = divide(gained, std::max(to - from, 0.0));
    const double ratio = from > 0 && to > 0 ? to / from : 1;
    const double intercept = b.true_positives - slope * from;
    return divide(slope * (gained + intercept * std::log(ratio)), b.true_positives + b.false_negatives);
  }
};

}  // namespace

NamedType<Metric> true_positives_type() { return count_type<0>(); }
NamedType<Metric> false_positives_type() { return count_type<1>(); }
NamedType<Metric> true_negatives_type() { return count_type<2>(); }
NamedType<Metric> false_negatives_type() { return count_type<3>(); }
NamedType<Metric> precision_type() {
  return named_type<Metric, Precision, ShareMetric<Precision, &Counts::precision>>();
}
NamedType<Metric> recall_type() { return named_type<Metric, Recall, ShareMetric<Recall, &Counts::recall>>(); }
NamedType<Metric> auc_type() { return named_type<Metric, AUC, AucMetric>({"auc"}); }

}  // namespace sluice
