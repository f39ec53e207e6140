#include "sluice/experiment/reference.h"

#include <gtest/gtest.h>

#include "sluice/params/fields.h"

namespace sluice {
namespace {

std::string replaced(const char* json, const char* values) {
  return replace_references(Json::parse(json), "/fit", Json::parse(values)).dump();
}

std::string error_of(const char* json, const char* values) {
  try {
    replaced(json, values);
  } catch (const PathError& error) {
    return error.path() + ": " + error.what();
  }
  return "no error";
}

TEST(Reference, StandsForAValueWithItsType) {
  EXPECT_EQ(replaced(R"({"a":["$x",{"b":"$y"}],"c":"x"})", R"({"x":3,"y":{"z":[1.5,null]}})"),
            R"({"a":[3,{"b":{"z":[1.5,null]}}],"c":"x"})");
  EXPECT_EQ(replaced(R"("$x")", R"({"x":"text"})"), R"("text")");
  EXPECT_EQ(replaced(R"("cost: $x")", R"({"x":1})"), R"("cost: $x")");
}

TEST(Reference, MayStandForAValueWithReferences) {
  EXPECT_EQ(replaced(R"({"a":"$x"})", R"({"x":{"SGD":{"rate":"$y"}},"y":3})"), R"({"a":{"SGD":{"rate":3}}})");
  EXPECT_EQ(error_of(R"({"a":"$x"})", R"({"x":["$y"],"y":"$x"})").find("stands for itself") == std::string::npos,
            false);
}

TEST(Reference, NamesWhatIsUnknown) {
  EXPECT_EQ(error_of(R"({"a":["$neurns"]})", R"({"neurons":3})"),
            R"(/fit/a/0: unknown name "$neurns". Did you mean "$neurons"?)");
  EXPECT_EQ(error_of(R"({"a":"$x"})", R"({})"), R"(/fit/a: unknown name "$x"; there is none)");
  EXPECT_EQ(error_of("{\"a\":\"$(x + y)\"}", R"({"x":1})"), "/fit/a: unknown name \"$y\". Did you mean \"$x\"?");
  EXPECT_EQ(error_of("{\"a\":\"$(x + 1\"}", R"({"x":1})"),
            "/fit/a: expected \")\" at the end of \"$(x + 1\"; write it in quotes where it has a comma or a colon");
  EXPECT_EQ(error_of(R"({"a":"$x y"})", R"({"x":1})"),
            R"(/fit/a: expected $ and a name of letters, digits and underscores, or $(…), got "$x y")");
}

TEST(Reference, Computes) {
  EXPECT_EQ(replaced("{\"a\":[\"$(x * 2 + y)\"]}", R"json({"x":3,"y":"$(x + 1)"})json"), R"({"a":[10]})");
  EXPECT_EQ(error_of("{\"a\":\"$(x)\"}", R"json({"x":"$(x + 1)"})json"), "/fit/a: $x stands for itself");
}

TEST(Reference, StandsWithinTexts) {
  const Json values = Json::parse(R"({"i":3,"kind":"big"})");
  const auto text = [&](const char* given) { return replace_in_text(given, "", values).dump(); };
  EXPECT_EQ(text("block_$i"), R"("block_3")");
  EXPECT_EQ(text("$(i - 1)_$kind"), R"("2_big")");
  EXPECT_EQ(text("$i"), R"("3")");
  EXPECT_EQ(text("a$"), R"("a$")");
  EXPECT_EQ(text("$kind$i"), R"("big3")");
}

TEST(Reference, HasAPlace) {
  EXPECT_EQ(reference_places(Json::parse("{\"a\":[\"$x\",\"$(x+1)\"]}"), "/fit").dump(),
            R"json({"/fit/a/0":"x","/fit/a/1":"(x + 1)"})json");
}

TEST(Reference, IsVisitedInOrder) {
  std::string seen;
  visit_references(Json::parse(R"({"a":["$x",{"b":"$y"}]})"), "",
                   [&](const std::string& name, const std::string& path) { seen += name + "@" + path + " "; });
  EXPECT_EQ(seen, "x@/a/0 y@/a/1/b ");
}

}  // namespace
}  // namespace sluice
