#include "sluice/experiment/document.h"

namespace sluice {
namespace {

std::string parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

std::string Document::where(const std::string& path) const {
  for (std::string part = path;; part = parent(part)) {
    if (auto origin = origins.find(part); origin != origins.end()) return origin->second;
    if (auto found = positions.find(part); found != positions.end()) {
      return name + ":" + std::to_string(found->second.line) + ":" + std::to_string(found->second.column);
    }
    if (part.empty()) return name;
  }
}

Error Document::located(const PathError& error) const {
  return {error.code(), where(error.path()) + ": " + error.what()};
}

std::string join_path(const std::string& path, std::string_view key) {
  std::string joined = path + "/";
  for (char c : key) {
    if (c == '~') {
      joined += "~0";
    } else if (c == '/') {
      joined += "~1";
    } else {
      joined += c;
    }
  }
  return joined;
}

std::string join_path(const std::string& path, size_t index) { return path + "/" + std::to_string(index); }

}  // namespace sluice
