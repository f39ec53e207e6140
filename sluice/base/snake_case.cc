#include "sluice/base/snake_case.h"

namespace sluice {

std::string snake_case(std::string_view class_name) {
  auto upper = [&](size_t i) { return class_name[i] >= 'A' && class_name[i] <= 'Z'; };
  auto lower = [&](size_t i) { return i < class_name.size() && class_name[i] >= 'a' && class_name[i] <= 'z'; };
  std::string name;
  for (size_t i = 0; i < class_name.size(); ++i) {
    if (i > 0 && upper(i) && (lower(i - 1) || lower(i + 1))) name += '_';
    name += upper(i) ? static_cast<char>(class_name[i] - 'A' + 'a') : class_name[i];
  }
  return name;
}

}  // namespace sluice
