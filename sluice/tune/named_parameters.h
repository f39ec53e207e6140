#pragma once

#include <string>

#include "sluice/base/json.h"

namespace sluice {

/// A name with parameters, as users write samplers and pruners: `tpe` or `{tpe: {candidates: 24}}`.
struct NamedParameters {
  std::string name;
  Json parameters = Json::object();

  /// Throws PathError below `path` when it is neither a text nor a map of one entry.
  static NamedParameters read(const Json& json, const std::string& path);
  /// Writes `{name: {parameters}}`.
  Json to_json() const;
};

}  // namespace sluice
