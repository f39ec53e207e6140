#include "sluice/experiment/override.h"

#include <gtest/gtest.h>

#include "sluice/experiment/yaml.h"

namespace sluice {
namespace {

constexpr const char* text =
    "fit: {epochs: 9, optimizer: Adam}\nmodel:\n  - Conv2D: {filters: 6}\n  - Flatten\nlist: []\n";

Document document() { return parse_yaml(text, "f.yaml"); }

std::string changed(const std::string& override, const char* key) {
  Document result = document();
  apply_override(result, override);
  return result.value.at(key).dump();
}

std::string error_of(const std::string& override) {
  try {
    Document result = document();
    apply_override(result, override);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Override, SetsPartsOfMapsAndLists) {
  EXPECT_EQ(changed("fit.epochs=3", "fit"), R"({"epochs":3,"optimizer":"Adam"})");
  EXPECT_EQ(changed("fit.batch_size=8", "fit"), R"({"epochs":9,"optimizer":"Adam","batch_size":8})");
  EXPECT_EQ(changed("model.0.Conv2D.filters=8", "model"), R"([{"Conv2D":{"filters":8}},"Flatten"])");
  EXPECT_EQ(changed("model.1={Dense: {units: 2}}", "model"), R"([{"Conv2D":{"filters":6}},{"Dense":{"units":2}}])");
  EXPECT_EQ(changed("search.trials=3", "search"), R"({"trials":3})");
  EXPECT_EQ(changed("fit.epochs=", "fit"), R"({"epochs":null,"optimizer":"Adam"})");
  EXPECT_EQ(changed("data.train=a=b", "data"), R"({"train":"a=b"})");
}

TEST(Override, TurnsABareNameIntoAMap) {
  EXPECT_EQ(changed("fit.optimizer.Adam.learning_rate=1e-3", "fit"),
            R"({"epochs":9,"optimizer":{"Adam":{"learning_rate":0.001}}})");
}

TEST(Override, IsNamedAsThePlaceOfItsParts) {
  Document result = document();
  apply_override(result, "fit.epochs=x");
  apply_override(result, "fit.optimizer={SGD: {momentum: 2}}");
  EXPECT_EQ(result.where("/fit/epochs"), "--set fit.epochs=x");
  EXPECT_EQ(result.where("/fit/optimizer/SGD/momentum"), "--set fit.optimizer={SGD: {momentum: 2}}");
  EXPECT_EQ(result.where("/fit"), "f.yaml:1:1");
  apply_override(result, "fit.epochs=3");
  EXPECT_EQ(result.where("/fit/epochs"), "--set fit.epochs=3");
}

TEST(Override, NamesThePartsMadeOnTheWay) {
  Document result = document();
  apply_override(result, "serach.trials=3");
  EXPECT_EQ(result.where("/serach"), "--set serach.trials=3");
}

TEST(Override, RefusesWhatHasNoPlace) {
  EXPECT_EQ(error_of("fit.epochs"), "--set fit.epochs: expected KEY=VALUE");
  EXPECT_EQ(error_of("=3"), "--set =3: a part of the key is empty");
  EXPECT_EQ(error_of("fit..epochs=3"), "--set fit..epochs=3: a part of the key is empty");
  EXPECT_EQ(error_of("model.2=Flatten"),
            "--set model.2=Flatten: \"model\" is a list: expected an index from 0 to 1, got \"2\"");
  EXPECT_EQ(error_of("model.x.y=1"),
            "--set model.x.y=1: \"model\" is a list: expected an index from 0 to 1, got \"x\"");
  EXPECT_EQ(error_of("list.0=1"), "--set list.0=1: \"list\" is a list: the list is empty, got \"0\"");
  EXPECT_EQ(error_of("fit.epochs.x=1"), "--set fit.epochs.x=1: \"fit.epochs\" is 9 and has no part \"x\"");
  EXPECT_EQ(error_of("fit.epochs=[1"), "--set fit.epochs=[1: a [ is not closed");
}

}  // namespace
}  // namespace sluice
