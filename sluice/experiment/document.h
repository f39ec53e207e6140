#pragma once

#include <map>
#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/params/fields.h"

namespace sluice {

/// A place in a text; both count from 1.
struct Position {
  int line = 1;
  int column = 1;
};

/// A value together with where each part of it was written. Parts are named by JSON pointers such as
/// "/model/3/Dense/units"; the whole is "".
struct Document {
  std::string name;  ///< As it appears in messages, such as "mnist.yaml".
  Json value;
  std::map<std::string, Position> positions;   ///< Of a map's entry: where its key stands.
  std::map<std::string, std::string> origins;  ///< Parts that were written elsewhere: "--set fit.epochs=3".

  /// Returns where a part was written, "mnist.yaml:12:7" or "--set fit.epochs=3"; for a part that nobody wrote, where
  /// the nearest part around it was.
  std::string where(const std::string& path) const;

  /// Returns the error with its place before its message.
  Error located(const PathError& error) const;
};

/// Calls `work()` and returns its result; a PathError becomes an Error with its place in the document.
template <class Work>
decltype(auto) with_positions(const Document& document, Work&& work) {
  try {
    return work();
  } catch (const PathError& error) {
    throw document.located(error);
  }
}

/// Returns `path` extended by a key or an index, escaped as in RFC 6901.
std::string join_path(const std::string& path, std::string_view key);
std::string join_path(const std::string& path, size_t index);

}  // namespace sluice
