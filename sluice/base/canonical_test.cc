#include "sluice/base/canonical.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string canonical_text(const char* text) { return canonical(Json::parse(text)).dump(); }

TEST(Canonical, OrdersKeysAtEveryDepth) {
  EXPECT_EQ(canonical_text(R"({"b": [{"d": 1, "c": 2}], "a": {"z": null, "y": "t"}})"),
            R"({"a":{"y":"t","z":null},"b":[{"c":2,"d":1}]})");
}

TEST(Canonical, KeepsTheOrderOfLists) { EXPECT_EQ(canonical_text("[3, 1, 2]"), "[3,1,2]"); }

TEST(Canonical, WritesWholeRealsAsIntegers) {
  EXPECT_EQ(canonical_text("[4.0, 4, -1e3, 0.5, 1e300, -0.0]"), "[4,4,-1000,0.5,1e+300,-0.0]");
}

}  // namespace
}  // namespace sluice
