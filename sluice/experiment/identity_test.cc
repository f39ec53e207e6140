#include "sluice/experiment/identity.h"

#include <gtest/gtest.h>

#include "sluice/experiment/tiny_experiment_testing.h"

namespace sluice {
namespace {

using Overrides = std::vector<std::string>;

Json facts(const Overrides& overrides) {
  auto tiny = testing::make_tiny_experiment(overrides);
  return identity_facts(tiny.experiment, tiny.data,
                        instantiate(tiny.experiment, Json::object(), tiny.data.input_shapes()));
}

/// The names of the facts in which two experiments differ.
std::vector<std::string> differences(const Overrides& overrides, const Overrides& others) {
  Json one = facts(overrides), other = facts(others);
  std::vector<std::string> names;
  for (const auto& [name, fact] : one.as_object()) {
    if (other.at(name) != fact) names.push_back(name);
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(Identity, DefaultsMayBeGiven) {
  EXPECT_EQ(differences({"fit.batch_size=32", "fit.shuffle=true"}, {"fit.batch_size=32"}), Names{});
  EXPECT_EQ(differences({"model.2.Dense.use_bias=true"}, {}), Names{});
  EXPECT_EQ(differences({"model.2.Dense.kernel_initializer=glorot_uniform"}, {}), Names{});
  EXPECT_EQ(differences({"fit.optimizer.SGD.nesterov=false"}, {}), Names{});
  EXPECT_EQ(differences({"fit.metrics=accuracy"}, {}), Names{});
  EXPECT_EQ(differences({"model.2={outputs: [out]}", "model.1={Dense: {units: 3}, name: out}"},
                        {"model.1={Dense: {units: 3}, name: out}", "model.2={outputs: [out]}"}),
            Names{});
}

TEST(Identity, NumbersMayBeWrittenInAnyWay) {
  EXPECT_EQ(differences({"model.2.Dense.units=3.0", "fit.epochs=3.0"}, {}), Names{});
  EXPECT_EQ(differences({"fit.optimizer.SGD.momentum=9e-1"}, {}), Names{});
}

TEST(Identity, NamesMayBeWrittenInAnyWay) {
  EXPECT_EQ(differences({"fit.optimizer={adam: {}}"}, {"fit.optimizer=Adam"}), Names{});
  EXPECT_EQ(differences({"fit.loss=categorical_crossentropy"}, {"fit.loss={CategoricalCrossentropy: {}}"}), Names{});
  EXPECT_EQ(differences({"model.0={Dense: {activation: relu, units: $units}}"}, {}), Names{});
}

TEST(Identity, OtherMeaningsDiffer) {
  EXPECT_EQ(differences({"model.2.Dense.use_bias=false"}, {}), Names{"model"});
  EXPECT_EQ(differences({"model.2.Dense.trainable=false"}, {}), Names{"model"});
  EXPECT_EQ(differences({"model.2.name=out"}, {}), Names{"model"});
  EXPECT_EQ(differences({"model.2.Dense.kernel_regularizer={L2: {l2: 0.5}}"},
                        {"model.2.Dense.kernel_regularizer={L2: {l2: 0.25}}"}),
            Names{"model"});
  EXPECT_EQ(differences({"fit.batch_size=8"}, {}), Names{"fit"});
  EXPECT_EQ(differences({"fit.callbacks=[TerminateOnNaN]"}, {}), Names{"fit"});
  EXPECT_EQ(differences({"data.seed=3"}, {}), Names{"data_seed"});
}

TEST(Identity, NamesInOtherPlacesDiffer) {
  // The same trial 0, but the learning rate does not vary.
  EXPECT_EQ(differences({"fit.optimizer.SGD.learning_rate=0.02"}, {}), Names{"uses"});
  EXPECT_EQ(differences({"defaults.units=9"}, {}), Names{"model"});
}

}  // namespace
}  // namespace sluice
