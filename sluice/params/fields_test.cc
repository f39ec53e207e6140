#include "sluice/params/fields.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

enum class Color { red, green };
constexpr auto enum_names(Color) { return std::to_array<const char*>({"red", "green"}); }

struct Example {
  int count = 1;
  double rate = 0.5;
  Size2 size = {2, 2};
  Color color = Color::green;
  std::optional<int> limit;

  static constexpr auto fields() {
    return std::tuple{field("count", &Example::count, at_least(1), "how many"),
                      field("rate", &Example::rate, between(0, 1).below_high(), "share"),
                      field("size", &Example::size, at_least(1), "window"), field("color", &Example::color, "which"),
                      field("limit", &Example::limit, "none without")};
  }
};

struct Strict {
  int units = 1;
  bool use_bias = true;

  static constexpr std::string_view class_name = "Strict";
  static constexpr auto fields() {
    return std::tuple{required("units", &Strict::units, at_least(1), "how many"),
                      field("use_bias", &Strict::use_bias, "whether")};
  }
};

template <class T = Example>
std::string error(const char* json) {
  try {
    read_fields<T>(Json::parse(json), "/model/0");
  } catch (const PathError& error) {
    return error.path() + " " + error.what();
  }
  return "no error";
}

TEST(Fields, ReadsAndWrites) {
  const auto example = read_fields<Example>(Json::parse(R"({"count":3.0,"size":5,"color":"red","limit":null})"));
  EXPECT_EQ(example.count, 3);
  EXPECT_EQ(example.rate, 0.5);
  EXPECT_EQ(example.size, (Size2{5, 5}));
  EXPECT_EQ(write_fields(example).dump(), R"({"count":3,"rate":0.5,"size":[5,5],"color":"red","limit":null})");
}

TEST(Fields, ErrorsNamePlaceAndExpectation) {
  EXPECT_EQ(error(R"({"cuont":1})"), "/model/0/cuont unknown parameter \"cuont\". Did you mean \"count\"?");
  EXPECT_EQ(error(R"({"count":0})"), "/model/0/count count: expected >= 1, got 0");
  EXPECT_EQ(error(R"({"count":1.5})"), "/model/0/count count: expected an integer, got 1.5");
  EXPECT_EQ(error(R"({"rate":1})"), "/model/0/rate rate: expected 0 <= x < 1, got 1");
  EXPECT_EQ(error(R"({"size":[1,2,3]})"), "/model/0/size size: expected an integer or [height, width], got [1,2,3]");
  EXPECT_EQ(error(R"({"color":"gren"})"),
            "/model/0/color color: unknown value \"gren\". Did you mean \"green\"? Known: red, green");
  EXPECT_EQ(error("[1]"), "/model/0 expected a map of parameters, got [1]");
}

TEST(Fields, RequiredOnesMustBeGiven) {
  EXPECT_EQ(error<Strict>(R"({"units":3})"), "no error");
  EXPECT_EQ(error<Strict>(R"({"use_bias":true})"), "/model/0 Strict: missing \"units\"");
  EXPECT_EQ(error<Strict>("{}"), "/model/0 Strict: missing \"units\"");
  EXPECT_EQ(error<Strict>("null"), "/model/0 Strict: missing \"units\"");
  const auto infos = describe_fields<Strict>();
  EXPECT_TRUE(infos[0].required);
  EXPECT_EQ(infos[0].default_value, Json());
  EXPECT_FALSE(infos[1].required);
}

TEST(Fields, Describes) {
  const auto infos = describe_fields<Example>();
  EXPECT_EQ(infos[0].type, "integer");
  EXPECT_EQ(infos[1].bounds.text(), "0 <= x < 1");
  EXPECT_EQ(infos[3].type, "red | green");
  EXPECT_EQ(infos[3].default_value, Json("green"));
}

TEST(Fields, FractionsSayWhatToWrite) {
  EXPECT_EQ(error(R"({"rate": "1/4"})"), "/model/0/rate rate: expected a number, got \"1/4\"; write 0.25");
  for (const char* text : {R"({"rate": "1/0"})", R"({"rate": "1/4x"})", R"({"rate": "/4"})", R"({"rate": "much"})"})
    EXPECT_EQ(error(text).find("write"), std::string::npos) << error(text);
}

}  // namespace
}  // namespace sluice
