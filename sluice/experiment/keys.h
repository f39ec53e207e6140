#pragma once

#include <span>
#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/params/fields.h"

namespace sluice {

/// One key of a map of the experiment file, and its values in JSON Schema.
struct Key {
  std::string name;
  std::string doc;
  Json schema;
};

/// Throws PathError below `path` when the value is no map, or has a key that is not known, with the nearest known one.
void check_keys(const Json& json, const std::string& path, const std::string& section, std::span<const Key> keys);

/// The map in JSON Schema; where no key is required it may be null.
Json keys_schema(std::span<const Key> keys, const std::vector<std::string>& required = {});

/// Calls `work()`; an Error(invalid_argument) or Error(not_found) without a path becomes a PathError of its code at
/// `path`, `prefix` before its message.
template <class Work>
decltype(auto) at_path(const std::string& path, Work&& work, const std::string& prefix = "") {
  try {
    return work();
  } catch (const PathError&) {
    throw;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument && error.code() != ErrorCode::not_found) throw;
    throw PathError(path, prefix + error.what(), error.code());
  }
}

/// Reads a part of a map as T with its bounds; `fallback` where it is missing. Throws PathError at the part's path,
/// "KEY: expected …".
template <class T>
T read_part(const Json& json, const std::string& path, const std::string& key, const T& fallback,
            const Bounds& bounds = {}) {
  const Json* part = json.find(key);
  if (part == nullptr) return fallback;
  return at_path(path + "/" + key, [&] { return FieldType<T>::read(*part, bounds); }, key + ": ");
}

}  // namespace sluice
