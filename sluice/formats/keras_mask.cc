#include <algorithm>
#include <array>
#include <set>

#include "sluice/formats/keras_mask_internal.h"

namespace sluice {
namespace {

// Where one of them lets every step count, so does the result.
KerasMask either(const std::vector<KerasMask>& masks) {
  std::set<int> nodes;
  for (const KerasMask& mask : masks) {
    if (!mask) return std::nullopt;
    nodes.insert(mask->begin(), mask->end());
  }
  return std::vector<int>(nodes.begin(), nodes.end());
}

}  // namespace

bool is_mask_operation(std::string_view module, std::string_view class_name) {
  constexpr std::array<std::string_view, 7> names = {"NotEqual", "LogicalOr",   "ExpandDims", "ZerosLike",
                                                     "OnesLike", "Concatenate", "Any"};
  return module == "keras.src.ops.numpy" && std::ranges::find(names, class_name) != names.end();
}

KerasMask mask_operation(std::string_view class_name, const std::vector<int>& nodes,
                         const std::vector<KerasMask>& masks) {
  const bool of_nodes = class_name == "NotEqual" || class_name == "ZerosLike" || class_name == "OnesLike";
  if (of_nodes ? nodes.size() != 1 || !masks.empty() : !nodes.empty() || masks.empty())
    throw invalid("is an operation of its own, which is not supported");
  if (class_name == "NotEqual") return nodes;
  if (class_name == "ZerosLike") return std::vector<int>();
  return of_nodes ? std::nullopt : either(masks);
}

}  // namespace sluice
