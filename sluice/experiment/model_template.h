#pragma once

#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/experiment/keys.h"

namespace sluice {

/// The keys of a `Repeat`.
std::span<const Key> repeat_keys();

/// An entry of the section `model` with its place in the document.
struct PlacedEntry {
  Json entry;
  std::string path;
};

/// Returns what stands below `Choose` (`Repeat`) in an entry that is one, else nullptr.
const Json* choose_of(const Json& entry);
const Json* repeat_of(const Json& entry);

/// Returns the key in `Choose` of a value of `by`: a text as it is, others as in JSON.
std::string choice_key(const Json& value);

/// Returns the entries of a list without names, choices and repetitions:
///
/// - `{Choose: {by: $kind, cnn: [entries], mlp: [entries]}}` is the list whose key is the text, number or truth value
///   that `by` gives (`choice_key`); it may be empty.
/// - `{Repeat: {times: $depth, layers: [entries]}}` is the list so many times. `$index` inside counts from 0; in
/// `name`,
///   `use`, `inputs` and `outputs` it may stand within a text: `block_$index`, `block_$(index - 1)`.
///
/// Throws PathError for unknown keys, a value of `by` without a list, `times` below 0 or above 10,000 entries in all.
std::vector<PlacedEntry> expand_model(const Json& model, const std::string& path, const Json& values);

}  // namespace sluice
