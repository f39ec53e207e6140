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
};

/// Every topic, kind after kind.
std::vector<Topic> topics();

}  // namespace sluice::cli
