#include "sluice/cli/help_command.h"

#include <algorithm>

#include "sluice/base/suggest.h"
#include "sluice/cli/command_line.h"
#include "sluice/cli/text.h"
#include "sluice/cli/topic.h"

namespace sluice::cli {
namespace {

/// Two columns, indented, without a head.
std::string list_text(const std::vector<ArgumentHelp>& entries) {
  size_t width = 0;
  for (const ArgumentHelp& entry : entries) width = std::max(width, text_width(entry.name));
  std::string text;
  for (const ArgumentHelp& entry : entries) {
    text += "  " + entry.name + std::string(width - text_width(entry.name) + 2, ' ') + entry.doc + "\n";
  }
  return text;
}

Json list_json(const std::vector<ArgumentHelp>& entries) {
  Json json = Json::array();
  for (const ArgumentHelp& entry : entries) json.push_back(Json::Object{{"name", entry.name}, {"doc", entry.doc}});
  return json;
}

std::string topic_names(const std::vector<Topic>& all, const std::string& kind) {
  std::vector<std::string> names;
  for (const Topic& topic : all) {
    if (topic.kind == kind) names.push_back(topic.name);
  }
  return join(names);
}

std::vector<ArgumentHelp> topic_lists(const std::vector<Topic>& all) {
  std::vector<ArgumentHelp> lists;
  for (const Topic& topic : all) {
    bool listed = !lists.empty() && lists.back().name == topic.kind;
    if (!listed) lists.push_back({topic.kind, topic_names(all, topic.kind)});
  }
  return lists;
}

CommandResult overview() {
  std::vector<ArgumentHelp> commands;
  for (const CommandHelp& help : command_help()) commands.push_back({help.name, help.doc});
  auto lists = topic_lists(topics());
  CommandResult result;
  result.json["commands"] = list_json(commands);
  result.json["topics"] = list_json(lists);
  result.text =
      "Sluice trains and tunes networks that a few lines of YAML describe.\n\nusage: sluice COMMAND [flags]\n\n" +
      list_text(commands) + "\nflags of every command:\n" + list_text(common_flag_help()) +
      "\n`sluice help COMMAND` says more about a command, `sluice help TOPIC` about one of these:\n" + list_text(lists);
  return result;
}

CommandResult explain(const CommandHelp& help) {
  CommandResult result;
  result.json["command"] = help.name;
  result.json["usage"] = help.usage;
  result.json["doc"] = help.doc;
  result.json["arguments"] = list_json(help.arguments);
  result.json["flags"] = list_json(help.flags);
  result.text = help.doc + "\n\nusage: " + help.usage + "\n";
  if (!help.arguments.empty()) result.text += "\n" + list_text(help.arguments);
  if (!help.flags.empty()) result.text += "\nflags:\n" + list_text(help.flags);
  result.text += "\nflags of every command:\n" + list_text(common_flag_help());
  return result;
}

Json parameter_json(const FieldInfo& field) {
  return Json::Object{{"name", field.name},         {"type", field.type},
                      {"required", field.required}, {"default", field.default_value},
                      {"bounds", field.bounds},     {"doc", field.doc}};
}

Json topic_json(const Topic& topic) {
  Json json = Json::Object{{"topic", topic.name}, {"kind", topic.kind}, {"doc", topic.doc}};
  json["parameters"] = Json::array();
  for (const FieldInfo& field : topic.parameters) json["parameters"].push_back(parameter_json(field));
  return json;
}

std::string topic_text(const Topic& topic) {
  std::string text = topic.name + " (" + topic.kind + "): " + topic.doc + "\n";
  std::vector<std::vector<std::string>> rows = {{"parameter", "type", "default", "bounds", ""}};
  for (const FieldInfo& field : topic.parameters)
    rows.push_back({field.name, field.type, field.required ? "required" : value_text(field.default_value), field.bounds,
                    field.doc});
  return topic.parameters.empty() ? text : text + "\n" + table_text(rows);
}

/// Explains everything of one name, such as the loss and the metric `mse`; as JSON the others are under "also".
CommandResult explain(const std::vector<Topic>& same_name) {
  CommandResult result{.json = topic_json(same_name[0]), .text = topic_text(same_name[0]), .error = {}};
  for (size_t i = 1; i < same_name.size(); ++i) {
    if (i == 1) result.json["also"] = Json::array();
    result.json["also"].push_back(topic_json(same_name[i]));
    result.text += topic_text(same_name[i]);
  }
  return result;
}

}  // namespace

CommandResult run_help(const HelpRequest& request, const CommonOptions&, Progress&) {
  if (request.topic.empty()) return overview();
  std::vector<std::string> names;
  for (const CommandHelp& help : command_help()) {
    if (help.name == request.topic) return explain(help);
    names.push_back(help.name);
  }
  std::string wanted = request.topic == "InputLayer" ? "Input" : request.topic;
  std::vector<Topic> found;
  for (const Topic& topic : topics()) {
    if (topic.name == wanted) found.push_back(topic);
    if (std::find(names.begin(), names.end(), topic.name) == names.end()) names.push_back(topic.name);
  }
  if (!found.empty()) return explain(found);
  throw invalid(unknown_name("command or topic", request.topic, names));
}

}  // namespace sluice::cli
