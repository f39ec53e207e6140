#include "sluice/base/hash.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Hash, KnownAnswers) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(content_hash(std::string_view()), "99aa06d3014798d86001c324468d497f");
}

}  // namespace
}  // namespace sluice
