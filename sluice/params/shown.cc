#include "sluice/params/shown.h"

namespace sluice {
namespace {

constexpr size_t longest = 80;

/// Whether a byte goes on with a character of UTF-8.
bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

}  // namespace

std::string shown(const Json& json) {
  std::string text = json.dump();
  if (text.size() <= longest) return text;
  size_t end = longest;
  while (end > 0 && continues(text[end])) --end;
  return text.substr(0, end) + "…";
}

}  // namespace sluice
