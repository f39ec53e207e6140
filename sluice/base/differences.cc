#include "sluice/base/differences.h"

#include <algorithm>
#include <vector>

#include "sluice/base/suggest.h"

namespace sluice {
namespace {

std::string text_of(const Json* value) { return value == nullptr ? "absent" : value->dump(); }

std::string place_text(const std::string& place, const Json* there, const Json* here) {
  constexpr size_t readable = 60;
  const std::string text_there = text_of(there), text_here = text_of(here);
  if (std::max(text_there.size(), text_here.size()) > readable) return place;
  return place + " (" + text_there + " there, " + text_here + " here)";
}

/// Adds the places down to a depth; null pointers are values that are absent.
void collect(const std::string& place, const Json* there, const Json* here, int depth,
             std::vector<std::string>& places) {
  if (there != nullptr && here != nullptr && *there == *here) return;
  if (there != nullptr && here != nullptr && depth > 0) {
    const std::string inside = place.empty() ? "" : place + ".";
    if (there->is_object() && here->is_object()) {
      for (const auto& [key, value] : here->as_object())
        collect(inside + key, there->find(key), &value, depth - 1, places);
      for (const auto& [key, value] : there->as_object()) {
        if (!here->contains(key)) collect(inside + key, &value, nullptr, depth - 1, places);
      }
      return;
    }
    if (there->is_array() && here->is_array() && there->size() == here->size()) {
      for (size_t i = 0; i < here->size(); ++i)
        collect(inside + std::to_string(i), &(*there)[i], &(*here)[i], depth - 1, places);
      return;
    }
  }
  places.push_back(place_text(place, there, here));
}

}  // namespace

std::string differences(const Json& there, const Json& here) {
  constexpr size_t most_named = 5;
  constexpr int any_depth = 1000;
  std::vector<std::string> places;
  collect("", &there, &here, any_depth, places);
  if (places.size() > most_named) {
    places.clear();
    collect("", &there, &here, 1, places);
  }
  return join(places);
}

}  // namespace sluice
