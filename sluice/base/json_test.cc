#include "sluice/base/json.h"

#include <gtest/gtest.h>

#include <limits>

#include "sluice/base/error.h"

namespace sluice {
namespace {

std::string parse_error(std::string_view text) {
  try {
    Json::parse(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "";
}

TEST(Json, KeepsOrderAndNumberTypes) {
  const std::string text = R"({"b":1,"a":[1.0,-2,true,null,"x\n"],"c":{}})";
  const Json json = Json::parse(text);
  EXPECT_EQ(json.dump(), text);
  EXPECT_TRUE(json.at("b").is_integer());
  EXPECT_TRUE(json.at("a")[0].is_real());
  EXPECT_EQ(json.at("a")[0].as_real(), 1.0);
  EXPECT_EQ(json.at("b").as_real(), 1.0);
  EXPECT_NE(Json(1), Json(1.0));
}

TEST(Json, RealsReadBackTheSame) {
  for (double value : {0.1, 1.0 / 3, 1e-300, 12345678.9, 5e-324, 0.00392156862745098}) {
    EXPECT_EQ(Json::parse(Json(value).dump()).as_real(), value);
  }
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).dump(), "null");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1,}", "nul", "1 2", "{\"a\" 1}", "\"\\x\""}) {
    EXPECT_NE(parse_error(text).find("invalid JSON"), std::string::npos) << text;
  }
  EXPECT_EQ(parse_error(R"({"a":1,"a":2})"), "invalid JSON: key \"a\" appears twice");
  EXPECT_EQ(parse_error(std::string(100000, '[')), "invalid JSON: nested deeper than 200 levels");
}

TEST(Json, AccessorsSayWhatTheyExpected) {
  const Json json = Json::parse(R"({"a":"x"})");
  auto message = [](auto work) {
    try {
      work();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message([&] { json.at("a").as_integer(); }), "expected an integer, got \"x\"");
  EXPECT_EQ(message([&] { json.at("b"); }), "missing \"b\"");
  EXPECT_EQ(message([&] { json.as_array(); }), "expected a list, got map");
}

}  // namespace
}  // namespace sluice
