#include "sluice/cli/schema_command.h"

#include "sluice/experiment/schema.h"

namespace sluice::cli {

CommandResult run_schema(const SchemaRequest&, const CommonOptions&, Progress&) {
  const Json schema = experiment_schema();
  return {.json = schema, .text = schema.dump(1) + "\n", .error = {}};
}

}  // namespace sluice::cli
