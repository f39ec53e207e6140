#include "sluice/experiment/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/params/fields.h"

namespace sluice {
namespace {

using ::testing::HasSubstr;

std::string value_of(std::string_view expression) {
  const Json values = Json::parse(R"({"n": 7, "rate": 0.5, "kind": "relu", "big": 9223372036854775807})");
  return evaluate(expression, [&](const std::string& name) { return values.at(name); }).dump();
}

std::string error_of(std::string_view expression) {
  try {
    return "no error: " + value_of(expression);
  } catch (const Error& error) {
    return error.what();
  }
}

struct Sum {
  const char* expression;
  const char* value;
};

class Expression : public ::testing::TestWithParam<Sum> {};

TEST_P(Expression, IsWorthWhatPythonSays) { EXPECT_EQ(value_of(GetParam().expression), GetParam().value); }

INSTANTIATE_TEST_SUITE_P(
    Values, Expression,
    ::testing::Values(Sum{"1 + 2 * 3", "7"}, Sum{"(1 + 2) * 3", "9"}, Sum{"10 - 4 - 3", "3"}, Sum{"2 * -3", "-6"},
                      Sum{"--2", "2"}, Sum{"6 / 2", "3.0"}, Sum{"7 // 2", "3"}, Sum{"-7 // 2", "-4"},
                      Sum{"7 // -2", "-4"}, Sum{"-7 % 3", "2"}, Sum{"7 % -3", "-2"}, Sum{"7.5 // 2", "3.0"},
                      Sum{"-7.5 % 2", "0.5"}, Sum{"n", "7"}, Sum{"$n//2+$n", "10"}, Sum{"rate * n", "3.5"},
                      Sum{"min(n, 3, 9)", "3"}, Sum{"max(n, 3.5)", "7"}, Sum{"min(2)", "2"}, Sum{"round(2.5)", "2"},
                      Sum{"round(3.5)", "4"}, Sum{"round(-0.6)", "-1"}, Sum{"round(n * rate)", "4"},
                      Sum{"1e-2 * 100", "1.0"}, Sum{".5 + 1.", "1.5"}, Sum{"max(round(n / 2), 1)\n\t* 2", "8"},
                      Sum{"9223372036854775807 // -1", "-9223372036854775807"}, Sum{"16 * 2 ** 3", "128"},
                      Sum{"-2 ** 2", "-4"}, Sum{"2 ** 3 ** 2", "512"}, Sum{"2 ** -1", "0.5"}, Sum{"0 ** 0", "1"},
                      Sum{"4 ** rate", "2.0"}, Sum{"1 ** 1000000000000", "1"}, Sum{"(-1) ** 1000000000001", "-1"}));

TEST(Expression, SaysWhatIsWrong) {
  EXPECT_EQ(error_of("1 +"), "something is missing at the end of the expression 1 +");
  EXPECT_EQ(error_of("1 2"), "unexpected \"2\" in the expression 1 2");
  EXPECT_EQ(error_of("(1"), "something is missing at the end of the expression (1");
  EXPECT_EQ(error_of(""), "something is missing at the end of the expression ");
  EXPECT_EQ(error_of("n ^ 2"), "unexpected \"^ 2\" in the expression n ^ 2");
  EXPECT_EQ(error_of("min 3"), "unexpected \"3\" in the expression min 3");
  EXPECT_EQ(error_of("round(1, 2)"), "unexpected \",\" in the expression round(1, 2)");
  EXPECT_EQ(error_of("n // (n - 7)"), "division by zero");
  EXPECT_EQ(error_of("n / 0.0"), "division by zero");
  EXPECT_EQ(error_of("big + 1"), "a whole number leaves 64 bits");
  EXPECT_EQ(error_of("(-big - 1) // -1"), "a whole number leaves 64 bits");
  EXPECT_EQ(error_of("round(1e300)"), "a whole number leaves 64 bits");
  EXPECT_EQ(error_of("2 ** 63"), "a whole number leaves 64 bits");
  EXPECT_EQ(error_of("0 ** -1"), "division by zero");
  EXPECT_EQ(error_of("(-8) ** 0.5"), "the result is not finite");
  EXPECT_EQ(error_of("1e308 * 10"), "the result is not finite");
  EXPECT_EQ(error_of("kind + 1"), "$kind is \"relu\", no number to compute with");
  EXPECT_THAT(error_of(std::string(1000, '(')), HasSubstr("too many brackets"));
  EXPECT_THAT(error_of(std::string(100'000, '-') + "1"), HasSubstr("too many brackets"));
}

TEST(Expression, HasNames) {
  EXPECT_EQ(names_of_expression("max(a, $b) // a + 1e3"), (std::vector<std::string>{"a", "b", "a"}));
  EXPECT_EQ(tidy_expression("max(a,$b)//2"), "max ( a , b ) // 2");
}

}  // namespace
}  // namespace sluice
