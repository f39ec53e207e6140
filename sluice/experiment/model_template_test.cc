#include "sluice/experiment/model_template.h"

#include <gtest/gtest.h>

#include "sluice/params/fields.h"

namespace sluice {
namespace {

/// The entries and their places, one a line.
std::string expanded(const char* model, const char* values) {
  std::string lines;
  try {
    for (const auto& [entry, path] : expand_model(Json::parse(model), "/model", Json::parse(values)))
      lines += path + " " + entry.dump() + "\n";
  } catch (const PathError& error) {
    return error.path() + ": " + error.what();
  }
  return lines;
}

TEST(ModelTemplate, ChoosesOneList) {
  const char* model =
      R"(["Flatten", {"Choose": {"by": "$kind", "a": [{"Dense": {"units": "$n"}}], "b": [], "2": ["ReLU"]}}])";
  EXPECT_EQ(expanded(model, R"({"kind": "a", "n": 3})"),
            "/model/0 \"Flatten\"\n/model/1/Choose/a/0 {\"Dense\":{\"units\":3}}\n");
  EXPECT_EQ(expanded(model, R"({"kind": "b"})"), "/model/0 \"Flatten\"\n");
  EXPECT_EQ(expanded(model, R"({"kind": 2})"), "/model/0 \"Flatten\"\n/model/1/Choose/2/0 \"ReLU\"\n");
  EXPECT_EQ(expanded(model, R"({"kind": "other"})"),
            "/model/1/Choose: Choose: by is \"other\", but there are a, b, 2 to choose from");
}

TEST(ModelTemplate, RepeatsWithAnIndex) {
  const char* model = R"json([{"Repeat": {"times": "$depth", "layers": [
      {"Dense": {"units": "$(n // (index + 1))", "name": "dense_$index"}, "inputs": ["d_$(index - 1)", "x"]},
      {"Repeat": {"times": 2, "layers": [{"use": "$index"}]}}]}}])json";
  EXPECT_EQ(expanded(model, R"({"depth": 0, "n": 8})"), "");
  EXPECT_EQ(expanded(model, R"({"depth": 2, "n": 8})"),
            "/model/0/Repeat/layers/0 {\"Dense\":{\"units\":8,\"name\":\"dense_0\"},\"inputs\":[\"d_-1\",\"x\"]}\n"
            "/model/0/Repeat/layers/1/Repeat/layers/0 {\"use\":\"0\"}\n"
            "/model/0/Repeat/layers/1/Repeat/layers/0 {\"use\":\"1\"}\n"
            "/model/0/Repeat/layers/0 {\"Dense\":{\"units\":4,\"name\":\"dense_1\"},\"inputs\":[\"d_0\",\"x\"]}\n"
            "/model/0/Repeat/layers/1/Repeat/layers/0 {\"use\":\"0\"}\n"
            "/model/0/Repeat/layers/1/Repeat/layers/0 {\"use\":\"1\"}\n");
}

TEST(ModelTemplate, SaysWhatIsWrong) {
  EXPECT_EQ(expanded(R"([{"Repeat": {"times": -1, "layers": []}}])", "{}"),
            "/model/0/Repeat/times: times: expected >= 0, got -1");
  EXPECT_EQ(expanded(R"([{"Repeat": {"times": 1.5, "layers": []}}])", "{}"),
            "/model/0/Repeat/times: times: expected an integer, got 1.5");
  EXPECT_EQ(expanded(R"([{"Repeat": {"time": 1, "layers": []}}])", "{}"),
            "/model/0/Repeat/time: unknown key \"time\". Did you mean \"times\"?");
  EXPECT_EQ(expanded(R"([{"Repeat": {"times": 1}}])", "{}"), "/model/0/Repeat: Repeat: missing \"layers\"");
  EXPECT_EQ(expanded(R"([{"Choose": ["a"]}])", "{}"),
            "/model/0/Choose: Choose: expected {by: $name, value: [layers], …}, got [\"a\"]");
  EXPECT_EQ(expanded(R"([{"Choose": {"by": "a", "a": "Flatten"}}])", "{}"),
            "/model/0/Choose/a: a: expected a list of layers, got \"Flatten\"");
  EXPECT_EQ(expanded(R"([{"Repeat": {"times": 20000, "layers": ["Flatten"]}}])", "{}"),
            "/model/0/Repeat/layers/0: the model has more than 10,000 entries");
  EXPECT_EQ(expanded(R"([{"Repeat": {"times": 1000000000, "layers": []}}])", "{}"), "");
  EXPECT_EQ(expanded(R"([{"Dense": {"name": "d_$kind"}}])", R"({"kind": [1]})"),
            "/model/0/Dense/name: \"d_$kind\": expected a text or a number within a text, got [1]");
}

}  // namespace
}  // namespace sluice
