#pragma once

#include <string>
#include <vector>

#include "sluice/params/fields.h"

namespace sluice::cli {

/// A thing that experiment files name: a layer, an optimizer, a loss, a metric, a sampler or a pruner.
struct Topic {
  std::string kind;  ///< Such as "layer".
  std::string name;
  std::string doc;
  std::vector<FieldInfo> parameters;
  std::vector<std::string> other_names = {};  ///< Those that experiment files take as well.
};

/// Every topic, kind after kind, by the name that experiment files use: Keras' InputLayer is `Input`. A loss and a
/// metric may share a name.
std::vector<Topic> topics();

}  // namespace sluice::cli
