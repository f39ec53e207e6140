#include "sluice/experiment/schema.h"

#include <gtest/gtest.h>

#include "sluice/experiment/experiment.h"
#include "sluice/nn/layer.h"
#include "sluice/params/json_schema.h"

namespace sluice {
namespace {

TEST(Schema, KnowsEverySectionAndLayer) {
  const Json whole = experiment_schema();
  std::vector<std::string> sections;
  for (const auto& section : whole.at("properties").as_object()) sections.push_back(section.first);
  EXPECT_EQ(sections, (std::vector<std::string>{"name", "data", "model", "fit", "defaults", "space", "search"}));
  const Json& definitions = whole.at(schema::definitions);
  for (const LayerType& type : layer_types()) {
    const bool is_input = type.class_name == "InputLayer";
    EXPECT_TRUE(definitions.contains("layer." + (is_input ? "Input" : type.class_name))) << type.class_name;
  }
}

TEST(Schema, FieldsHaveBoundsDefaultsAndDocs) {
  const Json whole = experiment_schema();
  const Json& dropout = whole.at(schema::definitions).at("layer.Dropout");
  const Json& rate = dropout.at("properties").at("rate");
  EXPECT_EQ(rate.at("anyOf")[0].dump(), R"({"type":"number","minimum":0,"maximum":1})");
  EXPECT_EQ(rate.at("anyOf")[1].dump(), R"({"$ref":"#/$defs/reference"})");
  EXPECT_TRUE(rate.contains("description"));
  EXPECT_EQ(dropout.at("required").dump(), R"(["rate"])");
  const Json& dense = whole.at(schema::definitions).at("layer.Dense").at("properties");
  EXPECT_EQ(dense.at("use_bias").at("default"), Json(true));
  EXPECT_TRUE(dense.contains("trainable"));
}

}  // namespace
}  // namespace sluice
