#include "sluice/experiment/experiment.h"

#include <gtest/gtest.h>

#include "sluice/base/files.h"

namespace sluice {
namespace {

constexpr const char* mnist = R"(name: mnist
data: {train: mnist/train, test: mnist/test, validation: 5000}
model:
  - Rescaling: {scale: 0.00392156862745098}
  - Conv2D: {filters: 6, kernel_size: 5, padding: same, activation: relu}
  - MaxPooling2D: {pool_size: 2}
  - Flatten
  - Dense: {units: $neurons, activation: relu}
  - Dropout: {rate: 0.5}
  - Dense: {units: 10, activation: softmax}
fit:
  optimizer: {SGD: {learning_rate: $learning_rate, momentum: 0.9}}
  loss: sparse_categorical_crossentropy
  metrics: [accuracy]
  batch_size: 64
  epochs: 9
defaults: {neurons: 256, learning_rate: 0.01}
space:
  neurons: {choice: [64, 128, 256, 512, 1024]}
  learning_rate: {float: [0.001, 0.3], log: true}
search: {sampler: random, pruner: none, trials: 30, objective: max val_accuracy, seed: 1}
)";

const NamedShapes images{{"", {28, 28}}};

Experiment parse(const std::string& text, std::vector<std::string> overrides = {}) {
  return parse_experiment(text, "mnist.yaml", "", overrides);
}

/// The example with the first `from` replaced by `to`.
std::string edited(const std::string& from, const std::string& to) {
  std::string text = mnist;
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// Reads the text and builds trial 0.
std::string error_of(const std::string& text, std::vector<std::string> overrides = {}) {
  try {
    instantiate(parse(text, std::move(overrides)), Json(), images);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "no error";
}

TEST(Experiment, ReadsTheExample) {
  Experiment experiment = parse(mnist);
  EXPECT_EQ(experiment.name, "mnist");
  EXPECT_EQ(experiment.data.train, Json("mnist/train"));
  EXPECT_EQ(experiment.data.validation.rows, 5000);
  EXPECT_EQ(experiment.data.seed, 0U);
  EXPECT_EQ(experiment.space.names(), (std::vector<std::string>{"neurons", "learning_rate"}));
  EXPECT_EQ(experiment.search.trials, 30);
  EXPECT_EQ(experiment.search.seed, 1U);
  EXPECT_EQ(experiment.search.objective.text(), "max val_accuracy");
}

TEST(Experiment, IsTheFileInExamples) {
  Experiment experiment = read_experiment("examples/mnist/mnist.yaml");
  EXPECT_EQ(experiment.name, "mnist");
  EXPECT_EQ(experiment.directory, Path("examples/mnist"));
  EXPECT_EQ(instantiate(experiment, Json(), images).epochs, 9);
}

TEST(Experiment, HasTheDefaultsOfTheContract) {
  Experiment experiment = parse("data: {train: d}\nmodel: [Flatten]\nfit: {optimizer: Adam, loss: mse}\n");
  EXPECT_EQ(experiment.name, "mnist");
  EXPECT_EQ(experiment.search.sampler, Json("tpe"));
  EXPECT_EQ(experiment.search.pruner, Json("none"));
  EXPECT_EQ(experiment.search.trials, 20);
  EXPECT_EQ(experiment.search.objective.text(), "min val_loss");
  EXPECT_EQ(experiment.search.seed, 0U);
  EXPECT_FALSE(experiment.search.slots);
  EXPECT_TRUE(experiment.data.validation.none());
  TrialPlan plan = instantiate(experiment, Json(), images);
  EXPECT_EQ(plan.batch_size, 32);
  EXPECT_EQ(plan.epochs, 1);
  EXPECT_TRUE(plan.shuffle);
}

TEST(Experiment, BuildsTheGraphOfATrial) {
  TrialPlan plan = instantiate(parse(mnist), Json::parse(R"({"neurons":64.0,"learning_rate":0.1})"), images);
  EXPECT_EQ(plan.graph.nodes()[0].shape, (Shape{28, 28, 1}));
  EXPECT_EQ(plan.graph.nodes()[5].shape, (Shape{64}));
  EXPECT_EQ(plan.compile.optimizer->learning_rate().value, 0.1);
  EXPECT_EQ(plan.compile.losses[0]->name(), "sparse_categorical_crossentropy");
  EXPECT_EQ(reported_metrics(plan, true), (std::vector<std::string>{"loss", "accuracy", "val_loss", "val_accuracy"}));
  EXPECT_EQ(reported_metrics(plan, false), (std::vector<std::string>{"loss", "accuracy"}));
}

TEST(Experiment, TakesOverrides) {
  Experiment experiment =
      parse(mnist, {"fit.epochs=3", "model.1.Conv2D.filters=8", "search.trials=6", "data.validation=0.1"});
  TrialPlan plan = instantiate(experiment, Json(), images);
  EXPECT_EQ(plan.epochs, 3);
  EXPECT_EQ(plan.graph.nodes()[2].shape, (Shape{28, 28, 8}));
  EXPECT_EQ(experiment.search.trials, 6);
  EXPECT_EQ(experiment.data.validation.share, 0.1);
}

TEST(Experiment, ValuesMayBeMapsListsAndText) {
  std::string text = R"(data: {train: d}
model: [Flatten, $head]
fit: {optimizer: $optimizer, loss: $loss, metrics: $metrics, epochs: $epochs}
defaults: {head: {Dense: {units: 3}}, optimizer: {SGD: {momentum: 0.5}}, loss: mse, metrics: [mae], epochs: 2.0}
space:
  head: {choice: [{Dense: {units: 3}}, {Dense: {units: 4}}]}
)";
  TrialPlan plan = instantiate(parse(text), Json::parse(R"({"head":{"Dense":{"units":4}}})"), images);
  EXPECT_EQ(plan.graph.nodes().back().shape, (Shape{4}));
  EXPECT_EQ(plan.compile.optimizer->class_name(), "SGD");
  EXPECT_EQ(plan.compile.metrics[0][0]->name(), "mae");
  EXPECT_EQ(plan.epochs, 2);
}

TEST(Experiment, ConnectsNamedEntries) {
  std::string text = R"(data: {train: d}
model:
  - Input: {shape: [4], name: a}
  - Dense: {units: 3, name: left}
  - Input: {shape: [5], dtype: uint8}
    name: b
  - Dense: {units: 2}
    name: right
  - Activation: {activation: relu}
    inputs: [left]
    name: top
  - outputs: [top, right]
fit:
  optimizer: Adam
  loss: {top: mse, right: sparse_categorical_crossentropy}
  metrics: {right: [accuracy]}
)";
  TrialPlan plan = instantiate(parse(text), Json(), {{"a", {4}}, {"b", {5}}});
  const Graph& graph = plan.graph;
  ASSERT_EQ(graph.inputs().size(), 2U);
  EXPECT_EQ(graph.node_name(graph.inputs()[1]), "b");
  ASSERT_EQ(graph.outputs().size(), 2U);
  EXPECT_EQ(graph.node_name(graph.outputs()[0]), "top");
  EXPECT_EQ(graph.node_name(graph.nodes()[static_cast<size_t>(graph.outputs()[0])].inputs[0]), "left");
  EXPECT_EQ(plan.compile.losses[1]->name(), "sparse_categorical_crossentropy");
  EXPECT_EQ(reported_metrics(plan, false),
            (std::vector<std::string>{"loss", "top_loss", "right_loss", "right_accuracy"}));
}

TEST(Experiment, CallsALayerAgain) {
  std::string text = R"(data: {train: d}
model:
  - Input: {shape: [4], name: left}
  - Input: {shape: [4], name: right}
  - Dense: {units: 4}
    name: tower
    inputs: [left]
  - use: tower
    name: tower_right
    inputs: [right]
  - Subtract:
    inputs: [tower, tower_right]
  - use: tower
  - Dense: {units: 1}
fit: {optimizer: Adam, loss: mse}
)";
  const Graph graph = instantiate(parse(text), Json(), {{"left", {4}}, {"right", {4}}}).graph;
  EXPECT_EQ(graph.layers().size(), 5U);
  EXPECT_EQ(graph.nodes().size(), 7U);
  EXPECT_EQ(graph.nodes()[2].layer, graph.nodes()[3].layer);
  EXPECT_EQ(graph.nodes()[2].layer, graph.nodes()[5].layer);
  EXPECT_EQ(graph.nodes()[3].inputs, std::vector<int>{1});
  EXPECT_EQ(graph.nodes()[4].inputs, (std::vector<int>{2, 3}));
  EXPECT_EQ(graph.parameter_count(), (4 * 4 + 4) + (4 + 1));
}

// A model of two outputs, [10] and [1].
std::string pair_error(const std::string& fit) {
  return error_of("data: {train: d}\nmodel: [Flatten, {Dense: {units: 10}, name: a}, {Dense: {units: 1}, name: b}, " +
                  std::string("{outputs: [a, b]}]\nfit:\n  optimizer: Adam\n") + fit);
}

TEST(BadFit, IsNamedAtTheEntryOfItsOutput) {
  EXPECT_EQ(pair_error("  loss:\n    a: mse\n    b: binary_focal_x\n").find("mnist.yaml:7:5: unknown loss"), 0U);
  EXPECT_EQ(pair_error("  loss:\n    a: mse\n    b: sparse_categorical_crossentropy\n").find("mnist.yaml:7:5: output"),
            0U);
  EXPECT_EQ(pair_error("  loss:\n    a: mse\n    b: mse\n  metrics:\n    a: [mae]\n    b: [mae, accuraci]\n")
                .find("mnist.yaml:10:14: unknown metric"),
            0U);
  EXPECT_EQ(pair_error("  loss:\n    a: mse\n    third: mse\n"),
            "mnist.yaml:7:5: unknown output \"third\"; known: a, b");
  EXPECT_EQ(pair_error("  loss:\n    a: mse\n"), "mnist.yaml:5:3: loss: missing for the output \"b\"");
}

TEST(Experiment, ReadsDurations) {
  EXPECT_EQ(parse(mnist, {"search.timeout=10m"}).search.timeout, 600);
  EXPECT_EQ(parse(mnist, {"search.timeout=1.5h"}).search.timeout, 5400);
  EXPECT_EQ(parse(mnist, {"search.timeout=30"}).search.timeout, 30);
}

TEST(Experiment, NamesAMissingFile) {
  try {
    read_experiment("no/such.yaml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(std::string(error.what()).find("no/such.yaml"), std::string::npos);
  }
}

struct BadEdit {
  const char* from;
  const char* to;
  const char* message;
};

class BadFile : public testing::TestWithParam<BadEdit> {};

TEST_P(BadFile, IsNamedWithItsPlace) {
  EXPECT_EQ(error_of(edited(GetParam().from, GetParam().to)), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadFile,
    testing::Values(
        BadEdit{"name: mnist", "nam: mnist", "mnist.yaml:1:1: unknown key \"nam\". Did you mean \"name\"?"},
        BadEdit{"name: mnist", "name: a/b", "mnist.yaml:1:1: name: expected text that can name a folder, got \"a/b\""},
        BadEdit{"name: mnist", "name: 3", "mnist.yaml:1:1: name: expected text, got 3"},
        BadEdit{"train: mnist/train", "trian: x", "mnist.yaml:2:8: unknown key \"trian\". Did you mean \"train\"?"},
        BadEdit{"train: mnist/train, ", "", "mnist.yaml:2:1: data: missing \"train\""},
        BadEdit{"batch_size: 64", "batchsize: 64",
                "mnist.yaml:15:3: unknown key \"batchsize\". Did you mean \"batch_size\"?"},
        BadEdit{"trials: 30", "trails: 30", "mnist.yaml:21:41: unknown key \"trails\". Did you mean \"trials\"?"},
        BadEdit{"momentum", "momentm", "mnist.yaml:12:52: unknown parameter \"momentm\". Did you mean \"momentum\"?"},
        BadEdit{"filters", "filter", "mnist.yaml:5:14: unknown parameter \"filter\". Did you mean \"filters\"?"},
        BadEdit{"Conv2D", "Conv2d", "mnist.yaml:5:5: unknown layer \"Conv2d\". Did you mean \"Conv2D\"?"},
        BadEdit{"Flatten", "Flaten", "mnist.yaml:7:5: unknown layer \"Flaten\". Did you mean \"Flatten\"?"},
        BadEdit{"- Flatten", "- Flatten:\n    nane: x", "mnist.yaml:8:5: unknown key \"nane\". Did you mean \"name\"?"},
        BadEdit{"log: true", "lg: true", "mnist.yaml:20:40: unknown key \"lg\". Did you mean \"log\"?"},
        BadEdit{"fit:", "fits:", "mnist.yaml:11:1: unknown key \"fits\". Did you mean \"fit\"?"}));

INSTANTIATE_TEST_SUITE_P(
    Values, BadFile,
    testing::Values(
        BadEdit{"validation: 5000", "validation: 0", "mnist.yaml:2:46: validation: expected at least 1 row, got 0"},
        BadEdit{"validation: 5000", "validation: 1.0",
                "mnist.yaml:2:46: validation: expected a share 0 < x < 1, got 1.0"},
        BadEdit{"validation: 5000", "validation: [1]",
                "mnist.yaml:2:46: validation: expected rows, a share 0 < x < 1, or a source, got [1]"},
        BadEdit{"validation: 5000", "seed: -1", "mnist.yaml:2:46: seed: expected >= 0, got -1"},
        BadEdit{"filters: 6", "filters: 0", "mnist.yaml:5:14: filters: expected >= 1, got 0"},
        BadEdit{"rate: 0.5", "rate: 2", "mnist.yaml:9:15: rate: expected 0 <= x <= 1, got 2"},
        BadEdit{"padding: same", "padding: sme",
                "mnist.yaml:5:42: padding: unknown value \"sme\". Did you mean \"same\"? Known: valid, same"},
        BadEdit{"epochs: 9", "epochs: 0", "mnist.yaml:16:3: epochs: expected >= 1, got 0"},
        BadEdit{"epochs: 9", "epochs: nine", "mnist.yaml:16:3: epochs: expected an integer, got \"nine\""},
        BadEdit{"batch_size: 64", "batch_size: -1", "mnist.yaml:15:3: batch_size: expected >= 1, got -1"},
        BadEdit{"metrics: [accuracy]", "metrics: [acuracy]",
                "mnist.yaml:14:13: unknown metric \"acuracy\". Did you mean \"accuracy\"?"},
        BadEdit{"metrics: [accuracy]", "metrics: [accuracy, accuracy]",
                "mnist.yaml:14:23: the metric \"accuracy\" appears twice"},
        BadEdit{"loss: sparse_categorical_crossentropy", "loss: sparse_crossentropy_x",
                "mnist.yaml:13:3: unknown loss \"sparse_crossentropy_x\". Did you mean \"binary_crossentropy\"?"},
        BadEdit{"loss: sparse_categorical_crossentropy\n", "shuffle: 3\n",
                "mnist.yaml:13:3: shuffle: expected true or false, got 3"},
        BadEdit{"  loss: sparse_categorical_crossentropy\n", "", "mnist.yaml:11:1: fit: missing \"loss\""},
        BadEdit{"SGD", "Sgd", "mnist.yaml:12:15: unknown optimizer \"Sgd\". Did you mean \"SGD\"?"},
        BadEdit{"float: [0.001, 0.3]", "float: [0.3, 0.001]",
                "mnist.yaml:20:19: float: expected low <= high, got [0.3, 0.001]"},
        BadEdit{"trials: 30", "trials: 0", "mnist.yaml:21:41: trials: expected >= 1, got 0"},
        BadEdit{"sampler: random", "sampler: randm",
                "mnist.yaml:21:10: unknown sampler \"randm\". Did you mean \"random\"?"},
        BadEdit{"objective: max val_accuracy", "objective: val_accuracy",
                "mnist.yaml:21:53: objective: expected \"min METRIC\" or \"max METRIC\", got \"val_accuracy\""},
        BadEdit{"objective: max val_accuracy", "objective: 3", "mnist.yaml:21:53: objective: expected text, got 3"},
        BadEdit{"objective: max val_accuracy", "timeout: 10x",
                "mnist.yaml:21:53: timeout: expected a time such as 90s, 10m, 1.5h or 2d, got \"10x\""},
        BadEdit{"seed: 1", "enqueue: [{neurons: 3}]",
                "mnist.yaml:21:93: neurons: 3 is outside of the space: {\"choice\":[64,128,256,512,1024]}"},
        BadEdit{"seed: 1", "enqueue: [{neurons: 64, learning_rate: 55}]",
                "mnist.yaml:21:106: learning_rate: 55.0 is outside of the space: "
                "{\"float\":[0.001,0.3],\"log\":true}"}));

INSTANTIATE_TEST_SUITE_P(
    References, BadFile,
    testing::Values(
        BadEdit{"$neurons", "$neuron", "mnist.yaml:8:13: unknown name \"$neuron\". Did you mean \"$neurons\"?"},
        BadEdit{"neurons: 256, ", "", "mnist.yaml:19:3: space.neurons has no value in defaults; trial 0 needs one"},
        BadEdit{"neurons: 256", "neurons: 2.5", "mnist.yaml:8:13: units: expected an integer, got 2.5"},
        BadEdit{"neurons: 256", "neurons: many", "mnist.yaml:8:13: units: expected an integer, got \"many\""},
        BadEdit{"learning_rate: 0.01", "learning_rate: fast",
                "mnist.yaml:17:26: learning_rate: expected a number, got \"fast\""}));

INSTANTIATE_TEST_SUITE_P(
    Uses, BadFile,
    testing::Values(
        BadEdit{
            "validation: 5000", "validation: $neurons",
            "mnist.yaml:2:46: \"$neurons\" stands in data.validation: parameters of the space may vary in model and "
            "fit only"},
        BadEdit{"name: mnist", "name: $n", "mnist.yaml:1:1: unknown name \"$n\"; known: $neurons, $learning_rate"},
        BadEdit{
            "[0.001, 0.3]", "[$learning_rate, 0.3]",
            "mnist.yaml:20:27: \"$learning_rate\" stands in space.learning_rate.float.0: parameters of the space may "
            "vary in model and fit only"},
        BadEdit{"units: $neurons", "units: 3", "mnist.yaml:19:3: space.neurons: nothing uses $neurons"},
        BadEdit{"neurons: 256", "neurons: 256, more: 1", "mnist.yaml:17:26: defaults.more: nothing uses $more"},
        BadEdit{"[64, 128", "[64, 64", "mnist.yaml:19:26: choice: 64 appears twice"}));

TEST(Experiment, NamesStandForConstantsAnywhere) {
  std::string text = R"(name: $title
data: {train: $train, validation: $held}
model: [Flatten, {Dense: {units: $units}}]
fit: {optimizer: Adam, loss: mse}
defaults: {title: both, train: d, held: 0.25, low: 2, units: $low, n: 7, metric: max val_mae}
space:
  units: {int: [$low, 9]}
search: {trials: $n, objective: $metric, enqueue: [{units: $low}]}
)";
  Experiment experiment = parse(text);
  EXPECT_EQ(experiment.name, "both");
  EXPECT_EQ(experiment.data.train, Json("d"));
  EXPECT_EQ(experiment.data.validation.share, 0.25);
  EXPECT_EQ(experiment.search.trials, 7);
  EXPECT_EQ(experiment.search.objective.text(), "max val_mae");
  EXPECT_EQ(experiment.search.enqueue[0].dump(), R"({"units":2})");
  EXPECT_EQ(experiment.defaults.at("units"), Json(2));
  EXPECT_EQ(experiment.space.to_json().dump(), R"({"units":{"int":[2,9]}})");
}

TEST(Experiment, EnqueuedTrialsTakeTheRestFromDefaults) {
  Experiment experiment = parse(mnist, {"search.enqueue=[{neurons: 64}]", "defaults.learning_rate=0.9"});
  EXPECT_EQ(experiment.search.enqueue[0].dump(), R"({"neurons":64,"learning_rate":0.9})");
}

TEST(Experiment, OverridesMayTakeTheLastUseOfAName) {
  for (const char* text : {"fit.optimizer.SGD.learning_rate=0.05", "fit.optimizer=Adam", "model.4.Dense.units=32"}) {
    EXPECT_EQ(error_of(mnist, {text}), "no error") << text;
  }
}

TEST(Experiment, ChoicesMayHoldNames) {
  std::string text = R"(data: {train: d}
model: [Flatten]
fit: {optimizer: $optimizer, loss: mse}
defaults: {optimizer: Adam, rate: 0.25}
space:
  optimizer: {choice: [{SGD: {learning_rate: $rate}}, Adam]}
  rate: {float: [0.1, 0.5]}
)";
  TrialPlan plan =
      instantiate(parse(text), Json::parse(R"({"optimizer":{"SGD":{"learning_rate":"$rate"}},"rate":0.5})"), images);
  EXPECT_EQ(plan.compile.optimizer->learning_rate().value, 0.5);
}

INSTANTIATE_TEST_SUITE_P(
    Later, BadFile,
    testing::Values(
        BadEdit{"sampler: random", "sampler: bayes",
                "mnist.yaml:21:10: unknown sampler \"bayes\"; known: random, quasi_random, grid, tpe, gp, cma_es"},
        BadEdit{"sampler: random", "sampler: {tpe: {gamma: 1}}", "mnist.yaml:21:26: gamma: expected 0 < x < 1, got 1"},
        BadEdit{"pruner: none", "pruner: hyperbant",
                "mnist.yaml:21:27: unknown pruner \"hyperbant\". Did you mean \"hyperband\"?"},
        BadEdit{"pruner: none", "pruner: {asha: {reduction_factor: 1}}",
                "mnist.yaml:21:43: reduction_factor: expected >= 2, got 1"}));

TEST(Experiment, RefusesEpochsOfThePrunedThatVary) {
  const std::vector<std::string> pruned{"search.pruner=asha", "fit.epochs=$(neurons // 64)"};
  EXPECT_EQ(
      error_of(mnist, pruned),
      "--set fit.epochs=$(neurons // 64): epochs: $neurons is searched, and the pruner asha compares trials of the "
      "same length only");
  EXPECT_EQ(error_of(mnist, {"fit.epochs=$(neurons // 64)"}), "no error");
  EXPECT_EQ(error_of(mnist, {"search.pruner=median", "fit.epochs=$length", "defaults.length=3"}), "no error");
}

INSTANTIATE_TEST_SUITE_P(
    Templates, BadFile,
    testing::Values(BadEdit{"- Flatten", "- {Flatten: {}, name: flat ten}",
                            "mnist.yaml:7:19: name: expected letters, digits, _ . > - as Keras calls no other layers, "
                            "got \"flat ten\""},
                    BadEdit{"[accuracy]", "[confusion_matrix]",
                            "mnist.yaml:14:13: confusion_matrix is a table, which only `sluice evaluate --metrics "
                            "confusion_matrix` shows"},
                    BadEdit{"- Flatten", "- Repeat: {times: 2}", "mnist.yaml:7:5: Repeat: missing \"layers\""},
                    BadEdit{"- Flatten", "- Repeat: {times: 2, layers: [Flaten]}",
                            "mnist.yaml:7:33: unknown layer \"Flaten\". Did you mean \"Flatten\"?"},
                    BadEdit{"- Flatten", "- {Repeat: {times: 2, layers: [Flatten]}, name: x}",
                            "mnist.yaml:7:6: Repeat stands alone in an entry, without name"},
                    BadEdit{"$neurons", "\"$(2 * neuron)\"",
                            "mnist.yaml:8:13: unknown name \"$neuron\". Did you mean \"$neurons\"?"},
                    BadEdit{"$neurons", "\"$(neurons / 3)\"",
                            "mnist.yaml:8:13: units: expected an integer, got 85.33333333333333"},
                    BadEdit{"$neurons", "\"$(neurons // 0)\"", "mnist.yaml:8:13: $(neurons // 0): division by zero"},
                    BadEdit{"log: true", "when: {neurons: 65}",
                            "mnist.yaml:20:47: when: neurons cannot be 65: {\"choice\":[64,128,256,512,1024]}"},
                    BadEdit{"log: true", "when: {neurons: 64}",
                            "mnist.yaml:12:21: $learning_rate is used where it may be inactive; it is active when "
                            "neurons is 64"}));

const char* const two_kinds = R"(data: {train: d}
model:
  - Flatten
  - Choose:
      by: $kind
      mlp:
        - Repeat: {times: $depth, layers: [{Dense: {units: $(units // 2 ** 0)}}]}
      linear: []
  - Dense: {units: 1}
fit: {optimizer: $optimizer, loss: mse}
defaults: {kind: linear, optimizer: Adam}
space:
  kind: {choice: [linear, mlp]}
  depth: {int: [1, 3], when: {kind: mlp}}
  units: {int: [4, 8], when: {kind: [mlp]}}
  optimizer: {choice: [Adam, {SGD: {momentum: $momentum}}]}
  momentum: {float: [0.1, 0.9], when: {optimizer: {SGD: {momentum: $momentum}}}}
)";

/// The text with `from` replaced by `to`.
std::string edited(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Experiment, NamesItsModelAsKerasCallsIt) {
  const auto name = [&](const std::string& given) {
    return instantiate(parse(mnist, {"name=" + given}), Json(), images).graph.name();
  };
  EXPECT_EQ(name("mnist"), "mnist");
  EXPECT_EQ(name("two words"), "two_words");
  EXPECT_EQ(name("_netü"), "model_net__");
}

TEST(Experiment, ChoosesAndRepeats) {
  const Experiment experiment = parse(edited(two_kinds, " ** 0", " + index"));
  const auto layers = [&](const char* values) {
    return instantiate(experiment, Json::parse(values), images).graph.layers().size();
  };
  const size_t linear = layers(R"({"kind": "linear"})");
  EXPECT_EQ(layers(R"({"kind": "mlp", "depth": 1, "units": 4})"), linear + 1);
  EXPECT_EQ(layers(R"({"kind": "mlp", "depth": 3, "units": 4})"), linear + 3);
}

TEST(Experiment, RefusesUsesOfInactiveNames) {
  const std::string good = edited(two_kinds, " ** 0", "");
  EXPECT_EQ(error_of(good), "no error");
  EXPECT_EQ(error_of(edited(good, "- Dense: {units: 1}", "- Dense: {units: $units}")),
            "mnist.yaml:9:13: $units is used where it may be inactive; it is active when kind is mlp");
  EXPECT_EQ(error_of(edited(good, "linear: []", "linear: [{Dense: {units: \"$(2 * units)\"}}]")),
            "mnist.yaml:8:25: $units is used where it may be inactive; it is active when kind is mlp");
  EXPECT_EQ(error_of(edited(good, "linear: []", "liner: []")),
            "mnist.yaml:8:7: Choose: $kind is never \"liner\". Did you mean \"linear\"?");
  EXPECT_EQ(error_of(edited(good, "[Adam, {SGD: {momentum: $momentum}}]",
                            "[{RMSprop: {momentum: $momentum}}, {SGD: {momentum: $momentum}}]")),
            "mnist.yaml:10:7: $momentum is used where it may be inactive; it is active when optimizer is "
            "{\"SGD\":{\"momentum\":\"$momentum\"}}");
}

TEST(Experiment, EnqueuedTrialsHaveNoInactiveValues) {
  const std::string text = edited(edited(two_kinds, " ** 0", ""), "optimizer: Adam}", "optimizer: Adam, units: 6}");
  EXPECT_EQ(parse(text, {"search.enqueue=[{kind: mlp, depth: 2}]"}).search.enqueue[0].dump(),
            R"({"kind":"mlp","depth":2,"units":6,"optimizer":"Adam"})");
  EXPECT_EQ(error_of(text, {"search.enqueue=[{depth: 2}]"}),
            "--set search.enqueue=[{depth: 2}]: enqueue: depth is not active with the other values");
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, BadFile,
    testing::Values(BadEdit{"units: 10", "units: 1",
                            "mnist.yaml:13:3: output \"dense_1\": sparse_categorical_crossentropy "
                            "needs an output of [classes], at least 2, got [1]"},
                    BadEdit{"neurons: 256", "neurons: 9223372036854775807",
                            "mnist.yaml:8:13: units: expected a whole number below 2^31, got "
                            "9223372036854775807"},
                    BadEdit{"kernel_size: 5, padding: same", "kernel_size: 2147483647, padding: same",
                            "mnist.yaml:5:26: kernel_size: expected 1 <= x <= 16777216, got 2147483647"}));

TEST(Experiment, SingleNumbersAreRowsOfOne) {
  std::string text = "data: {train: d}\nmodel: [{Dense: {units: 2}}]\nfit: {optimizer: Adam, loss: mse}\n";
  TrialPlan plan = instantiate(parse(text), Json(), {{"", {}}});
  EXPECT_EQ(plan.graph.nodes()[0].shape, (Shape{1}));
}

TEST(Experiment, RowsOfTwoDimensionsAreImagesOrSequences) {
  const auto input_of = [](const std::string& layers) {
    const std::string text = "data: {train: d}\nmodel: [" + layers + "]\nfit: {optimizer: Adam, loss: mse}\n";
    return instantiate(parse(text), Json(), {{"", {10, 4}}}).graph.nodes()[0].shape;
  };
  EXPECT_EQ(input_of("{Rescaling: {scale: 2}}, {Conv2D: {filters: 2, kernel_size: 3}}"), (Shape{10, 4, 1}));
  EXPECT_EQ(input_of("{Rescaling: {scale: 2}}, {Conv1D: {filters: 2, kernel_size: 3}}"), (Shape{10, 4}));
  EXPECT_EQ(input_of("Flatten, {Dense: {units: 2}}"), (Shape{10, 4, 1}));
}

TEST(BadOverride, IsNamedInPlaceOfTheFile) {
  EXPECT_EQ(error_of(mnist, {"fit.metrics.0=mae"}).find("--set fit.metrics.0=mae: "), 0U)
      << error_of(mnist, {"fit.metrics.0=mae"});
  EXPECT_EQ(error_of(mnist, {"fit.epochs=x"}), "--set fit.epochs=x: epochs: expected an integer, got \"x\"");
  EXPECT_EQ(error_of(mnist, {"fit.epoch=3"}), "--set fit.epoch=3: unknown key \"epoch\". Did you mean \"epochs\"?");
  EXPECT_EQ(error_of(mnist, {"model.1.Conv2D.filter=3"}),
            "--set model.1.Conv2D.filter=3: unknown parameter \"filter\". Did you mean \"filters\"?");
  EXPECT_EQ(error_of(mnist, {"model.9.x=3"}),
            "--set model.9.x=3: \"model\" is a list: expected an index from 0 to 6, got \"9\"");
  EXPECT_EQ(error_of(mnist, {"serach.trials=3"}),
            "--set serach.trials=3: unknown key \"serach\". Did you mean \"search\"?");
}

std::string model_error(const std::string& model) {
  return error_of("data: {train: d}\nfit: {optimizer: Adam, loss: mse}\nmodel: " + model + "\n");
}

TEST(BadModel, IsNamedAtTheEntry) {
  EXPECT_EQ(model_error("[]"), "mnist.yaml:3:1: model: expected a list of layers, got []");
  EXPECT_EQ(model_error("[Flatten, 3]"), "mnist.yaml:3:18: expected a layer, got 3");
  EXPECT_EQ(model_error("[Flatten, {name: x}]"), "mnist.yaml:3:18: expected a layer, got {\"name\":\"x\"}");
  EXPECT_EQ(model_error("[{Flatten: , Dense: {units: 3}}]"),
            "mnist.yaml:3:21: expected one layer in an entry, got Flatten, Dense");
  EXPECT_EQ(model_error("[{Flatten: , name: a}, {Flatten: , name: a}]"),
            "mnist.yaml:3:43: the name \"a\" appears twice");
  EXPECT_EQ(model_error("[{Flatten: , name: left}, {Flatten: , inputs: [lft]}]"),
            "mnist.yaml:3:46: unknown name \"lft\". Did you mean \"left\"?");
  EXPECT_EQ(model_error("[Flatten, {outputs: [x]}]"), "mnist.yaml:3:19: unknown name \"x\"; there is none");
  EXPECT_EQ(model_error("[{Input: {dtype: float32}}, Flatten]"), "mnist.yaml:3:10: Input: missing \"shape\"");
  EXPECT_EQ(model_error("[{Input: {shape: [0]}}, Flatten]"), "mnist.yaml:3:18: shape: expected >= 1, got 0");
  EXPECT_EQ(model_error("[{Input: {shape: [4], dtype: floatt32}}, Flatten]")
                .find("mnist.yaml:3:30: unknown dtype \"floatt32\". Did you mean \"float32\"?"),
            0U);
  EXPECT_EQ(model_error("[{name: " + std::string(500, 'x') + "}]"),
            "mnist.yaml:3:9: expected a layer, got {\"name\":\"" + std::string(71, 'x') + "…");
}

TEST(BadModel, NamesALayerThatCannotBeUsedAgain) {
  const std::string first = "[{Input: {shape: [3], name: a}}, {Dense: {units: 4}, name: b}, ";
  EXPECT_EQ(model_error(first + "{use: c}]").find("mnist.yaml:3:72: unknown name \"c\""), 0U);
  EXPECT_EQ(model_error(first + "{use: a}]"),
            "mnist.yaml:3:72: use: expected the name of a layer, got the input \"a\"");
  EXPECT_EQ(
      model_error(first + "{use: b}]"),
      "mnist.yaml:3:71: [Dense b] is called again with an input of another shape, for which its weights do not fit");
  EXPECT_EQ(model_error(first + "{use: \"\"}]"), "mnist.yaml:3:72: name: expected text without \"/\", got \"\"");
  EXPECT_EQ(model_error(first + "{use: b, Flatten: }]"),
            "mnist.yaml:3:71: expected one layer in an entry, got use, Flatten");
}

TEST(BadModel, NamesWhatLeadsToNoOutput) {
  EXPECT_EQ(model_error("[Flatten, {Dense: {units: 3}, name: a}, {Dense: {units: 4}, name: b}, {outputs: [a]}]"),
            "mnist.yaml:3:48: layer \"b\" leads to no output");
  EXPECT_EQ(model_error("[{Input: {shape: [3], name: a}}, {Input: {shape: [3], name: b}}, {Dense: {units: 4}}]"),
            "mnist.yaml:3:9: input \"a\" is not used by any output");
}

TEST(BadModel, NamesAMissingModelFile) {
  try {
    parse("data: {train: d}\nmodel: no/such.keras\nfit: {}\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_EQ(std::string(error.what()).find("mnist.yaml:2:1: "), 0U) << error.what();
  }
}

}  // namespace
}  // namespace sluice
