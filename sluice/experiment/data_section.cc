#include "sluice/experiment/data_section.h"

#include "sluice/data/source.h"

namespace sluice {
namespace {

ValidationRule read_validation(const Json& json) {
  const std::string path = "/data/validation";
  ValidationRule rule;
  if (json.is_string() || json.is_object()) {
    rule.source = json;
  } else if (json.is_integer()) {
    if (json.as_integer() < 1) throw PathError(path, "validation: expected at least 1 row, got " + shown(json));
    rule.rows = json.as_integer();
  } else if (json.is_real()) {
    double share = json.as_real();
    if (!(share > 0 && share < 1)) throw PathError(path, "validation: expected a share 0 < x < 1, got " + shown(json));
    rule.share = share;
  } else if (!json.is_null()) {
    throw PathError(path, "validation: expected rows, a share 0 < x < 1, or a source, got " + shown(json));
  }
  return rule;
}

}  // namespace

std::span<const Key> data_keys() {
  static const std::vector<Key> keys = {
      {"train", "rows to train with: a known set and split such as mnist/train, or files", source_schema()},
      {"test", "rows that the default and the winner are tested with", source_schema()},
      {"validation", "rows held back from training: a number of rows, a share, or data of their own",
       schema::either(
           {schema::integer(at_least(1)), schema::number(between(0, 1).above_low().below_high()), source_schema()})},
      {"seed", "draws the validation rows", schema::integer(at_least(0))}};
  return keys;
}

DataSection read_data_section(const Json& data) {
  check_keys(data, "/data", "data", data_keys());
  DataSection section;
  if (const Json* train = data.find("train")) section.train = *train;
  if (section.train.is_null()) throw PathError("/data", "data: missing \"train\"");
  if (const Json* test = data.find("test")) section.test = *test;
  if (const Json* validation = data.find("validation")) section.validation = read_validation(*validation);
  section.seed = static_cast<uint64_t>(read_part<int64_t>(data, "/data", "seed", 0, at_least(0)));
  return section;
}

}  // namespace sluice
