#include "sluice/experiment/yaml.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string json_of(const std::string& text) { return parse_yaml(text, "f.yaml").value.dump(); }

std::string error_of(const std::string& text) {
  try {
    parse_yaml(text, "f.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "no error";
}

std::string place_of(const std::string& text, const std::string& path) {
  return parse_yaml(text, "f.yaml").where(path);
}

struct Scalar {
  const char* text;
  const char* json;
};

class YamlScalar : public testing::TestWithParam<Scalar> {};

TEST_P(YamlScalar, FollowsTheCoreSchema) {
  EXPECT_EQ(json_of("a: " + std::string(GetParam().text)), R"({"a":)" + std::string(GetParam().json) + "}");
}

INSTANTIATE_TEST_SUITE_P(All, YamlScalar,
                         testing::Values(Scalar{"", "null"}, Scalar{"~", "null"}, Scalar{"null", "null"},
                                         Scalar{"'null'", "\"null\""}, Scalar{"true", "true"}, Scalar{"False", "false"},
                                         Scalar{"yes", "\"yes\""}, Scalar{"off", "\"off\""}, Scalar{"3", "3"},
                                         Scalar{"-3", "-3"}, Scalar{"+3", "3"}, Scalar{"007", "7"},
                                         Scalar{"0x1F", "31"}, Scalar{"0o17", "15"}, Scalar{"0x", "\"0x\""},
                                         Scalar{"0x-1", "\"0x-1\""}, Scalar{"\"3\"", "\"3\""},
                                         Scalar{"9223372036854775807", "9223372036854775807"}, Scalar{"1e-3", "0.001"},
                                         Scalar{"1E3", "1000.0"}, Scalar{"1.", "1.0"}, Scalar{".5", "0.5"},
                                         Scalar{"-.5e+1", "-5.0"}, Scalar{"1e", "\"1e\""}, Scalar{".", "\".\""},
                                         Scalar{"1.2.3", "\"1.2.3\""}, Scalar{"1_000", "\"1_000\""},
                                         Scalar{"1e-999", "0.0"}, Scalar{"$neurons", "\"$neurons\""},
                                         Scalar{"!!str 5", "\"5\""}, Scalar{"a b", "\"a b\""},
                                         Scalar{"max val_accuracy", "\"max val_accuracy\""}));

TEST(Yaml, BuildsListsAndMapsInOrder) {
  EXPECT_EQ(json_of("b: [1, {c: 2}]\na:\n  - x\n  -\n"), R"({"b":[1,{"c":2}],"a":["x",null]})");
}

TEST(Yaml, FollowsAliases) {
  EXPECT_EQ(json_of("a: &x {e: true}\nb: *x\nc: [*x]\nd: &y k\n*y : 1\n"),
            R"({"a":{"e":true},"b":{"e":true},"c":[{"e":true}],"d":"k","k":1})");
}

TEST(Yaml, ReadsADocumentWithMarkers) { EXPECT_EQ(json_of("%YAML 1.2\n---\na: 1\n...\n"), R"({"a":1})"); }

TEST(Yaml, KnowsWherePartsStand) {
  std::string text = "a: 1\nmodel:\n  - Dense: {units: 3}\n    name: x\n  - Flatten\n\"q/r\": 2\n";
  EXPECT_EQ(place_of(text, ""), "f.yaml:1:1");
  EXPECT_EQ(place_of(text, "/a"), "f.yaml:1:1");
  EXPECT_EQ(place_of(text, "/model/0/Dense/units"), "f.yaml:3:13");
  EXPECT_EQ(place_of(text, "/model/0/name"), "f.yaml:4:5");
  EXPECT_EQ(place_of(text, "/model/1"), "f.yaml:5:5");
  EXPECT_EQ(place_of(text, "/q~1r"), "f.yaml:6:1");
  EXPECT_EQ(place_of(text, "/model/0/Dense/units/deeper/still"), "f.yaml:3:13");
  EXPECT_EQ(place_of(text, "/nothing"), "f.yaml:1:1");
}

struct Fault {
  const char* text;
  const char* message;
};

class YamlFault : public testing::TestWithParam<Fault> {};

TEST_P(YamlFault, IsOneLineWithItsPlace) { EXPECT_EQ(error_of(GetParam().text), GetParam().message); }

INSTANTIATE_TEST_SUITE_P(
    All, YamlFault,
    testing::Values(Fault{"", "f.yaml:1:1: the file is empty"}, Fault{"# nothing\n", "f.yaml:1:1: the file is empty"},
                    Fault{"a: 1\nb:\n  c: 2\n  c: 3\n", "f.yaml:4:3: the key \"c\" appears twice"},
                    Fault{"a: {b: 1, b: 2}", "f.yaml:1:11: the key \"b\" appears twice"},
                    Fault{"a: [1\n", "f.yaml:2:1: a [ is not closed"},
                    Fault{"a: b: c\n",
                          "f.yaml:1:5: a \": \" that cannot stand here; is the line indented like its neighbours?"},
                    Fault{"a: 1\n---\nb: 2\n", "f.yaml:2:1: expected one document, found a second"},
                    Fault{"a: !foo 1\n", "f.yaml:1:4: the tag \"!foo\" is not supported"},
                    Fault{"[a]: 1\n", "f.yaml:1:1: expected text as a key, got a list"},
                    Fault{"{a: 1\n", "f.yaml:2:1: a { is not closed"},
                    Fault{"a: &x [*x]\n", "f.yaml:1:8: an alias stands inside of its own anchor"},
                    Fault{"a: *x\n", "f.yaml:1:4: the referenced anchor is not defined"}));

TEST(Yaml, RefusesWhatIsNoText) {
  EXPECT_EQ(error_of(std::string("\0\0\x08\x03", 4)), "f.yaml: expected a text file in YAML");
}

TEST(Yaml, RefusesNestingWithoutEnd) { EXPECT_NE(error_of(std::string(100000, '[')), "no error"); }

TEST(Yaml, RefusesAliasesThatExplode) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    std::string before = "*a" + std::to_string(i - 1);
    std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [" + before;
    for (int j = 0; j < 9; ++j) text += ", " + before;
    text += "]\n";
  }
  EXPECT_NE(error_of(text).find("more than a million values"), std::string::npos);
}

TEST(Yaml, ReadsSingleValues) {
  EXPECT_EQ(parse_yaml_value("3").dump(), "3");
  EXPECT_EQ(parse_yaml_value("").dump(), "null");
  EXPECT_EQ(parse_yaml_value("[a, {b: 1e-3}]").dump(), R"(["a",{"b":0.001}])");
  EXPECT_THROW(parse_yaml_value("3\nb: 4"), Error);
  EXPECT_THROW(parse_yaml_value("[3"), Error);
}

}  // namespace
}  // namespace sluice
