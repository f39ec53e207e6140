#include "sluice/cli/text.h"

#include <gtest/gtest.h>

namespace sluice::cli {
namespace {

TEST(Text, CountsAreGrouped) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(-123456), "-123,456");
  EXPECT_EQ(count_text(1234567), "1,234,567");
}

TEST(Text, Durations) {
  EXPECT_EQ(duration_text(0.000012), "12.0 µs");
  EXPECT_EQ(duration_text(0.0042), "4.2 ms");
  EXPECT_EQ(duration_text(4.25), "4.2 s");
  EXPECT_EQ(duration_text(59.99), "1 min 00 s");
  EXPECT_EQ(duration_text(185), "3 min 05 s");
  EXPECT_EQ(duration_text(7440), "2 h 04 min");
}

TEST(Text, TimeLeft) {
  EXPECT_EQ(left_text(0), "");
  EXPECT_EQ(left_text(0.0004), "< 1 s left");
  EXPECT_EQ(left_text(4.25), "about 4.2 s left");
}

TEST(Text, Units) {
  EXPECT_EQ(bytes_text(812), "812 bytes");
  EXPECT_EQ(bytes_text(4200000), "4.2 MB");
  EXPECT_EQ(flop_text(1.3e9), "1.3 GFLOP");
}

TEST(Text, Params) {
  EXPECT_EQ(params_text(Json::parse(R"({"neurons": 256, "learning_rate": 0.0123456789, "kind": "cnn"})")),
            "neurons=256 learning_rate=0.012346 kind=cnn");
  EXPECT_EQ(params_text(Json()), "");
}

TEST(Text, CutsAtCharacters) {
  EXPECT_EQ(cut_text("für alle", 20), "für alle");
  EXPECT_EQ(cut_text("für alle", 8), "für alle");
  EXPECT_EQ(cut_text("für alle", 4), "für…");
  EXPECT_EQ(cut_text("für alle", 0), "");
  EXPECT_EQ(text_width("für…"), 4u);
}

TEST(Text, ControlCharactersAreShown) {
  EXPECT_EQ(printable_text("a\x1b[2Jb\r\a\x7f"), "a\\x1b[2Jb\\x0d\\x07\\x7f");
  EXPECT_EQ(printable_text("\xC2\x9B"
                           "31m"),
            "\\x9b31m");
  EXPECT_EQ(printable_text("µs\t1\n…"), "µs\t1\n…");
}

TEST(Text, WrapsAtBlanks) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap_text("a bc def", 4), (Lines{"a bc", "def"}));
  EXPECT_EQ(wrap_text("äöü abcdefg x", 5), (Lines{"äöü", "abcdefg", "x"}));
  EXPECT_EQ(wrap_text("", 5), Lines{""});
}

TEST(Text, WordsOfAShell) {
  EXPECT_EQ(shell_text("studies/a-1/model.keras"), "studies/a-1/model.keras");
  EXPECT_EQ(shell_text("my study/model.keras"), "'my study/model.keras'");
  EXPECT_EQ(shell_text("it's $x"), R"('it'\''s $x')");
  EXPECT_EQ(shell_text(""), "''");
}

TEST(Text, TablesAlign) {
  EXPECT_EQ(table_text({{"trial", "state"}, {"7", "completed"}, {"12", "-"}}),
            "trial  state\n"
            "    7  completed\n"
            "   12  -\n");
  EXPECT_EQ(table_text({}), "");
}

}  // namespace
}  // namespace sluice::cli
