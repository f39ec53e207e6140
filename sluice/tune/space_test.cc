#include "sluice/tune/space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "sluice/base/random.h"
#include "sluice/params/fields.h"

namespace sluice {
namespace {

using ::testing::HasSubstr;

Domain domain(const std::string& text) { return read_domain(Json::parse(text), "/space/x"); }

/// Expects that a space with one parameter `x` is refused at `path`, with a message that holds `message`.
void expect_refused(const std::string& text, const std::string& path, const std::string& message) {
  try {
    Space::read(Json::parse(R"({"x": )" + text + "}"));
    ADD_FAILURE() << text << " was read";
  } catch (const PathError& error) {
    EXPECT_EQ(error.path(), path) << text;
    EXPECT_THAT(error.what(), HasSubstr(message)) << text;
  }
}

TEST(Space, NamesTheFaultAndItsPlace) {
  expect_refused("3", "/space/x", "expected {int: [low, high]}");
  expect_refused("{}", "/space/x", "expected {int: [low, high]}");
  expect_refused(R"({"int": [1, 2], "float": [1, 2]})", "/space/x", "expected {int: [low, high]}");
  expect_refused(R"({"int": [1, 2], "stop": 1})", "/space/x/stop", "Did you mean \"step\"?");
  expect_refused(R"({"itn": [1, 2]})", "/space/x/itn", "Did you mean \"int\"?");
  expect_refused(R"({"int": [2, 1]})", "/space/x/int", "low <= high, got [2, 1]");
  expect_refused(R"({"float": [2.5, 1]})", "/space/x/float", "low <= high, got [2.5, 1.0]");
  expect_refused(R"({"int": [1]})", "/space/x/int", "expected [low, high]");
  expect_refused(R"({"int": 7})", "/space/x/int", "expected [low, high]");
  expect_refused(R"({"int": [1, 2.5]})", "/space/x/int/1", "2.5");
  expect_refused(R"({"int": ["a", 2]})", "/space/x/int/0", "\"a\"");
  expect_refused(R"({"float": [0, true]})", "/space/x/float/1", "true");
  expect_refused(R"({"float": [0, 1], "log": true})", "/space/x/log", "low > 0");
  expect_refused(R"({"int": [-1, 1], "log": true})", "/space/x/log", "low > 0");
  expect_refused(R"({"int": [1, 9], "log": 1})", "/space/x/log", "true or false");
  expect_refused(R"({"int": [1, 9], "step": 0})", "/space/x/step", "expected > 0, got 0");
  expect_refused(R"({"float": [1, 9], "step": -0.5})", "/space/x/step", "expected > 0, got -0.5");
  expect_refused(R"({"int": [1, 9], "step": 0.5})", "/space/x/step", "0.5");
  expect_refused(R"({"choice": []})", "/space/x/choice", "at least one value");
  expect_refused(R"({"choice": 5})", "/space/x/choice", "at least one value");
  expect_refused(R"({"choice": [1, 1.0]})", "/space/x/choice/1", "1 appears twice");
  expect_refused(R"({"choice": [1], "log": true})", "/space/x/log", "not choice");
  expect_refused(R"({"int": [1, 9], "when": {"y": 1}})", "/space/x/when/y", "unknown parameter \"y\"");
  expect_refused(R"({"int": [1, 9], "when": {"x": 1}})", "/space/x/when", "x depends on itself");
  expect_refused(R"({"int": [1, 9], "when": 3})", "/space/x/when", "expected {name: value}, got 3");
  EXPECT_THROW(Space::read(Json::parse(R"({"a-b": {"int": [1, 2]}})")), PathError);
  EXPECT_THROW(Space::read(Json::parse("[1]")), PathError);
}

TEST(Space, IsWrittenAsItIsRead) {
  const char* text = R"({"b":{"int":[1,9]},"a":{"int":[1,9],"log":true,"step":2},"c":{"float":[0.5,1.0],"step":0.1},)"
                     R"("d":{"choice":["relu",{"rate":0.5},3]}})";
  EXPECT_EQ(Space::read(Json::parse(text)).to_json().dump(), text);
  EXPECT_TRUE(Space::read(Json()).empty());
}

TEST(Space, ReadsGivenValuesInItsOrder) {
  auto space =
      Space::read(Json::parse(R"({"n": {"int": [1, 9]}, "rate": {"float": [0, 1]}, "kind": {"choice": ["a"]}})"));
  EXPECT_EQ(space.read_params(Json::parse(R"({"kind": "z", "rate": 3, "n": 12.0})"), "/defaults").dump(),
            R"({"n":12,"rate":3.0,"kind":"z"})");
  for (const char* wrong : {R"({"n": 1, "rate": 1})", R"({"n": 1.5, "rate": 1, "kind": "a"})", "[]",
                            R"({"n": 1, "rate": "1", "kind": "a"})", R"({"n": 1, "rate": 1, "kind": "a", "kin": 1})"}) {
    EXPECT_THROW(space.read_params(Json::parse(wrong), "/defaults"), PathError) << wrong;
  }
}

Space conditional() {
  return Space::read(Json::parse(R"({"filters": {"int": [1, 9], "when": {"kind": ["cnn", "both"]}},
                                     "depth": {"int": [1, 3]},
                                     "kind": {"choice": ["mlp", "cnn", "both"]},
                                     "rate": {"float": [0, 1], "when": {"filters": [1, 2], "depth": 3}}})"));
}

TEST(Space, DropsWhatIsInactive) {
  const Space space = conditional();
  const auto read = [&](const char* values) { return space.read_params(Json::parse(values), "").dump(); };
  EXPECT_EQ(read(R"({"kind": "mlp", "depth": 3})"), R"({"depth":3,"kind":"mlp"})");
  EXPECT_EQ(read(R"({"kind": "mlp", "depth": 3, "filters": 1, "rate": 0.5})"), R"({"depth":3,"kind":"mlp"})");
  EXPECT_EQ(read(R"({"kind": "cnn", "depth": 3, "filters": 3})"), R"({"filters":3,"depth":3,"kind":"cnn"})");
  EXPECT_EQ(read(R"({"kind": "both", "depth": 3, "filters": 2, "rate": 0.5})"),
            R"({"filters":2,"depth":3,"kind":"both","rate":0.5})");
  EXPECT_THROW(read(R"({"kind": "cnn", "depth": 3, "filters": 1})"), PathError);
  EXPECT_THROW(read(R"({"kind": "cnn", "depth": 1})"), PathError);
  EXPECT_EQ(Space::read(space.to_json()).to_json().dump(), space.to_json().dump());
}

TEST(Space, MakesAParameterActive) {
  const Space space = conditional();
  const Params mlp = Json::parse(R"({"depth": 1, "kind": "mlp"})");
  EXPECT_EQ(space.with(mlp, "depth", 2).dump(), R"({"depth":2,"kind":"mlp"})");
  EXPECT_EQ(space.with(mlp, "kind", "both").dump(), R"({"filters":5,"depth":1,"kind":"both"})");
  EXPECT_EQ(space.with(mlp, "rate", 0.25).dump(), R"({"filters":1,"depth":3,"kind":"cnn","rate":0.25})");
}

TEST(Space, RefusesConditionsThatCannotHold) {
  const auto error_of = [](const char* text) -> std::string {
    try {
      Space::read(Json::parse(text));
    } catch (const PathError& error) {
      return error.path() + ": " + error.what();
    }
    return "no error";
  };
  EXPECT_EQ(error_of(R"({"a": {"choice": [1, 2]}, "b": {"int": [1, 2], "when": {"a": [2, 3]}}})"),
            "/space/b/when/a: when: a cannot be 3: {\"choice\":[1,2]}");
  EXPECT_EQ(error_of(R"({"a": {"int": [1, 2]}, "b": {"int": [1, 2], "when": {"a": 1.5}}})"),
            "/space/b/when/a: when: a cannot be 1.5: {\"int\":[1,2]}");
  EXPECT_EQ(error_of(R"({"a": {"int": [1, 2], "when": {"b": 1}}, "b": {"int": [1, 2], "when": {"a": 1}}})"),
            "/space/b/when: when: b depends on itself");
  EXPECT_EQ(error_of(R"({"a": {"choice": [[1, 2], 3]}, "b": {"int": [1, 2], "when": {"a": [1, 2]}}})"), "no error");
  EXPECT_EQ(error_of(R"({"a": {"choice": [1, 2]}, "b": {"int": [1, 2], "when": {}}})"),
            "/space/b/when: when: expected {name: value}, got {}");
}

TEST(Space, ChecksThatGivenValuesAreCandidates) {
  auto space =
      Space::read(Json::parse(R"({"n": {"int": [1, 9]}, "rate": {"float": [0, 1]}, "kind": {"choice": ["a"]}})"));
  Params defaults = Json::parse(R"({"n": 12, "rate": 3.0, "kind": "z"})");
  for (const char* text : {R"({"n": 1, "rate": 1.0, "kind": "a"})", R"({"n": 12, "rate": 3.0, "kind": "z"})"}) {
    EXPECT_NO_THROW(space.check_inside(Json::parse(text), defaults, "/search/enqueue/0")) << text;
  }
  for (const char* wrong : {R"({"n": 0, "rate": 1.0, "kind": "a"})", R"({"n": 1, "rate": -0.5, "kind": "a"})",
                            R"({"n": 1, "rate": 1.0, "kind": "b"})"}) {
    EXPECT_THROW(space.check_inside(Json::parse(wrong), defaults, "/search/enqueue/0"), PathError) << wrong;
  }
}

/// Returns how often each value came in `draws` evenly spread over the domain's distribution function.
std::map<double, double> shares(const Domain& domain, int draws) {
  std::map<double, double> shares;
  for (int i = 0; i < draws; ++i) shares[value_at(domain, (i + 0.5) / draws).as_real()] += 1.0 / draws;
  return shares;
}

TEST(Domain, SharesOutTheMassEvenly) {
  auto whole = shares(domain(R"({"int": [3, 7]})"), 10'000);
  EXPECT_EQ(whole.size(), 5U);
  for (const auto& [value, share] : whole) EXPECT_NEAR(share, 0.2, 1e-3) << value;
  auto stepped = shares(domain(R"({"int": [1, 10], "step": 4})"), 9'999);
  EXPECT_EQ(stepped.size(), 3U);
  for (double value : {1, 5, 9}) EXPECT_NEAR(stepped[value], 1.0 / 3, 1e-3) << value;
  auto real = shares(domain(R"({"float": [0.1, 0.3], "step": 0.1})"), 9'999);
  EXPECT_EQ(real.size(), 3U);
  EXPECT_NEAR(real.rbegin()->first, 0.3, 1e-15);
}

TEST(Domain, GivesOrdersOfMagnitudeTheSameMass) {
  auto whole = domain(R"({"int": [1, 1000], "log": true})");
  EXPECT_EQ(value_at(whole, 0).as_integer(), 1);
  EXPECT_EQ(value_at(whole, 1 - 0x1p-53).as_integer(), 1000);
  EXPECT_NEAR(shares(whole, 10'000)[1], std::log(2) / std::log(1001), 1e-3);
  auto real = domain(R"({"float": [0.001, 0.1], "log": true})");
  EXPECT_NEAR(value_at(real, 0.5).as_real(), 0.01, 1e-15);
  EXPECT_DOUBLE_EQ(value_at(real, 0).as_real(), 0.001);
}

TEST(Domain, StaysInItsBounds) {
  for (const char* text :
       {R"({"float": [0.1, 0.3], "log": true})", R"({"float": [0.1, 0.7], "step": 0.1, "log": true})",
        R"({"int": [-3, 8]})", R"({"float": [-1, 2]})", R"({"float": [5, 5]})", R"({"int": [4, 4]})"}) {
    auto kind = domain(text);
    auto bounds = domain_to_json(kind).as_object().front().second.as_array();
    double former = bounds[0].as_real();
    for (double uniform = 0; uniform < 1; uniform += 1.0 / 512) {
      double value = value_at(kind, uniform).as_real();
      EXPECT_GE(value, former) << text;
      EXPECT_LE(value, bounds[1].as_real()) << text;
      former = value;
    }
  }
}

TEST(Domain, CountsItsGrid) {
  EXPECT_EQ(grid_size(domain(R"({"int": [1, 10], "step": 3})")), 4);
  EXPECT_EQ(grid_size(domain(R"({"float": [0, 1], "step": 0.1})")), 11);
  EXPECT_EQ(grid_size(domain(R"({"choice": [1, 2, "x"]})")), 3);
  EXPECT_EQ(grid_size(domain(R"({"float": [0, 1]})")), std::nullopt);
  EXPECT_EQ(grid_value(domain(R"({"int": [1, 10], "step": 3})"), 2).as_integer(), 7);
  EXPECT_EQ(grid_value(domain(R"({"choice": [1, 2, "x"]})"), 2).as_string(), "x");
}

}  // namespace
}  // namespace sluice
