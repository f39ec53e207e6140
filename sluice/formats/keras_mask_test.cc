#include <gtest/gtest.h>

#include "sluice/base/files.h"
#include "sluice/formats/keras_mask_internal.h"
#include "sluice/formats/keras_testing.h"

namespace sluice {
namespace {

TEST(KerasMask, Operations) {
  EXPECT_TRUE(is_mask_operation("keras.src.ops.numpy", "NotEqual"));
  EXPECT_FALSE(is_mask_operation("keras.src.ops.numpy", "Sin"));
  EXPECT_FALSE(is_mask_operation("keras.layers", "Concatenate"));
  const std::vector<int> one{3}, other{5}, both{3, 5}, none;
  EXPECT_EQ(mask_operation("NotEqual", one, {}), one);
  EXPECT_EQ(mask_operation("LogicalOr", {}, {other, one}), both);
  EXPECT_EQ(mask_operation("LogicalOr", {}, {one, mask_operation("ZerosLike", {7}, {})}), one);
  EXPECT_EQ(mask_operation("Concatenate", {}, {one, mask_operation("OnesLike", {7}, {})}), std::nullopt);
  EXPECT_THROW(mask_operation("NotEqual", {}, {one}), Error);
  EXPECT_THROW(mask_operation("LogicalOr", {4}, {one}), Error);
}

// What reading says of the network of masks when a piece of its configuration is another one.
std::string error_with(const std::string& piece, const std::string& other) {
  return read_error(replace_in_config(read_file("tests/golden/layers/embedding_masks.before.keras"), piece, other));
}

TEST(KerasMask, OthersThanKerasMakes) {
  EXPECT_EQ(error_with("\"mask_zero\":true", "\"mask_zero\":true"), "");
  const std::string own = error_with("\"mask_zero\":true", "\"mask_zero\":false");
  EXPECT_NE(own.find("is called with another mask than that of its input"), std::string::npos) << own;
  const std::string three = error_with("\"left\",0,0]}},0]", "\"left\",0,0]}},3]");
  EXPECT_NE(three.find("is called with an argument that is no tensor: 3"), std::string::npos) << three;
}

}  // namespace
}  // namespace sluice
