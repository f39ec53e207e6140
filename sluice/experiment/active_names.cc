#include "sluice/experiment/active_names.h"

#include <algorithm>

#include "sluice/experiment/model_template.h"
#include "sluice/experiment/reference.h"

namespace sluice {
namespace {

/// The values that parameters can have at a place, of those that are known there.
using Known = std::map<std::string, std::vector<Json>>;

class ActiveNames {
 public:
  explicit ActiveNames(const Experiment& experiment) : experiment_(experiment) {}

  void check_model(const Json& list, const std::string& path, const Known& known) {
    if (!list.is_array()) return check(list, path, known);
    for (size_t i = 0; i < list.size(); ++i) check_entry(list[i], join_path(path, i), known);
  }

  void check(const Json& json, const std::string& path, const Known& known) {
    visit_references(json, path,
                     [&](const std::string& name, const std::string& place) { check_name(name, place, known); });
  }

 private:
  const Experiment& experiment_;
  int depth_ = 0;

  const SpaceParameter* find(const std::string& name) const {
    const auto& parameters = experiment_.space.parameters();
    const auto found = std::ranges::find(parameters, name, &SpaceParameter::name);
    return found == parameters.end() ? nullptr : &*found;
  }

  void check_entry(const Json& entry, const std::string& path, const Known& known) {
    if (const Json* choose = choose_of(entry)) return check_choose(*choose, path + "/Choose", known);
    const Json* repeat = repeat_of(entry);
    if (repeat == nullptr || !repeat->is_object()) return check(entry, path, known);
    for (const auto& [key, value] : repeat->as_object()) check_model(value, join_path(path + "/Repeat", key), known);
  }

  void check_choose(const Json& choose, const std::string& path, const Known& known) {
    const Json* by = choose.find("by");
    if (by == nullptr) return;
    check(*by, path + "/by", known);
    const std::string text = by->is_string() ? by->as_string() : "";
    const SpaceParameter* parameter = text.starts_with('$') ? find(text.substr(1)) : nullptr;
    for (const auto& [key, list] : choose.as_object()) {
      if (key == "by") continue;
      Known inside = known;
      if (parameter != nullptr) inside[parameter->name] = values_for(*parameter, key, join_path(path, key));
      check_model(list, join_path(path, key), inside);
    }
  }

  /// The values of a parameter that lead to the list of this key. Throws PathError where there is none.
  std::vector<Json> values_for(const SpaceParameter& parameter, const std::string& key, const std::string& path) const {
    std::vector<Json> all = possible_values(parameter).value_or(std::vector<Json>()), values;
    if (const Json* fallback = experiment_.defaults.find(parameter.name)) all.push_back(*fallback);
    std::vector<std::string> keys;
    for (const Json& value : all) {
      keys.push_back(choice_key(value));
      if (keys.back() == key) values.push_back(value);
    }
    if (!values.empty() || !grid_size(parameter.domain)) return values;
    const std::string nearest = nearest_name(key, keys);
    throw PathError(path, "Choose: $" + parameter.name + " is never \"" + key + "\"" +
                              (nearest.empty() ? "" : ". Did you mean \"" + nearest + "\"?"));
  }

  /// Nothing where they are too many to look at.
  static std::optional<std::vector<Json>> possible_values(const SpaceParameter& parameter) {
    constexpr int64_t most = 1000;
    const std::optional<int64_t> count = grid_size(parameter.domain);
    if (!count || *count > most) return std::nullopt;
    std::vector<Json> values;
    for (int64_t i = 0; i < *count; ++i) values.push_back(grid_value(parameter.domain, i));
    return values;
  }

  bool holds(const Condition& condition, const Known& known) const {
    const SpaceParameter& other = *find(condition.name);
    const auto here = known.find(other.name);
    const auto values = here == known.end() ? possible_values(other) : here->second;
    const auto allowed = [&](const Json& value) {
      return std::ranges::find(condition.values, value) != condition.values.end();
    };
    return values && std::ranges::all_of(*values, allowed) && is_active(other, known);
  }

  bool is_active(const SpaceParameter& parameter, const Known& known) const {
    return std::ranges::all_of(parameter.when, [&](const Condition& condition) { return holds(condition, known); });
  }

  /// Also checks the values that the name stands for.
  void check_name(const std::string& name, const std::string& place, const Known& known) {
    constexpr int deepest = 16;
    if (depth_ == deepest) return;  // Names that stand for each other are refused elsewhere.
    ++depth_;
    const SpaceParameter* parameter = find(name);
    if (parameter != nullptr && !is_active(*parameter, known)) refuse(*parameter, place);
    const Choice* choice = parameter == nullptr ? nullptr : std::get_if<Choice>(&parameter->domain);
    for (const Json& value : choice == nullptr ? std::vector<Json>() : choice->values) {
      Known inside = known;
      inside[name] = {value};
      check(value, place, inside);
    }
    const Json* fallback = experiment_.defaults.find(name);
    if (parameter == nullptr && fallback != nullptr) check(*fallback, place, known);
    --depth_;
  }

  [[noreturn]] static void refuse(const SpaceParameter& parameter, const std::string& place) {
    std::string when;
    for (const Condition& condition : parameter.when) {
      std::vector<std::string> values;
      for (const Json& value : condition.values) values.push_back(choice_key(value));
      when += (when.empty() ? "" : " and ") + condition.name + " is " + join(values, " or ");
    }
    throw PathError(place, "$" + parameter.name + " is used where it may be inactive; it is active when " + when);
  }
};

}  // namespace

void check_names_active(const Experiment& experiment) {
  ActiveNames names(experiment);
  names.check_model(experiment.model, "/model", {});
  names.check(experiment.fit, "/fit", {});
}

}  // namespace sluice
