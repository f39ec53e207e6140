#include "sluice/cli/help_command.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "sluice/base/suggest.h"
#include "sluice/cli/command_line.h"
#include "sluice/cli/text.h"
#include "sluice/cli/topic.h"

namespace sluice::cli {
namespace {

constexpr size_t line_width = 110;

/// Two columns, indented, without a head.
std::string list_text(const std::vector<ArgumentHelp>& entries) {
  size_t width = 0;
  for (const ArgumentHelp& entry : entries) width = std::max(width, text_width(entry.name));
  std::string text;
  for (const ArgumentHelp& entry : entries) {
    std::string head = "  " + entry.name + std::string(width - text_width(entry.name) + 2, ' ');
    for (const std::string& line : wrap_text(entry.doc, line_width - std::min(line_width, text_width(head)))) {
      text += head + line + "\n";
      head.assign(width + 4, ' ');
    }
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
    bool listed = std::find(names.begin(), names.end(), topic.name) != names.end();
    if (topic.kind == kind && !listed) names.push_back(topic.name);
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
      "\n`sluice help COMMAND` says more about a command, `sluice help TOPIC` about one of these,\n`sluice help KIND` "
      "(such as layer) about all of a kind:\n" +
      list_text(lists);
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
  return Json::Object{{"name", field.name},
                      {"type", field.type},
                      {"required", field.required},
                      {"default", field.default_value},
                      {"bounds", field.bounds.text()},
                      {"doc", field.doc}};
}

Json topic_json(const Topic& topic) {
  Json json = Json::Object{{"topic", topic.name}, {"kind", topic.kind}, {"doc", topic.doc}};
  json["parameters"] = Json::array();
  for (const FieldInfo& field : topic.parameters) json["parameters"].push_back(parameter_json(field));
  return json;
}

using Rows = std::vector<std::vector<std::string>>;

/// Breaks the last column where lines would be too long.
Rows wrapped(const Rows& rows) {
  size_t last = rows[0].size() - 1, before = 0;
  for (size_t column = 0; column < last; ++column) {
    size_t width = 0;
    for (const auto& row : rows) width = std::max(width, text_width(row[column]));
    before += width + 2;
  }
  constexpr size_t narrowest = 30;
  Rows result;
  for (auto row : rows) {
    for (const std::string& line : wrap_text(row[last], std::max(narrowest + before, line_width) - before)) {
      row[last] = line;
      result.push_back(std::exchange(row, std::vector<std::string>(row.size())));
    }
  }
  return result;
}

std::string topic_text(const Topic& topic) {
  std::string text = topic.name + " (" + topic.kind + "): " + topic.doc + "\n";
  Rows rows = {{"parameter", "type", "default", "bounds", ""}};
  for (const FieldInfo& field : topic.parameters)
    rows.push_back({field.name, field.type, field.required ? "required" : value_text(field.default_value),
                    field.bounds.text(), field.doc});
  return topic.parameters.empty() ? text : text + "\n" + table_text(wrapped(rows));
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

/// Lists everything of one kind, such as all layers.
CommandResult explain_kind(const std::string& kind, const std::vector<Topic>& all) {
  std::vector<ArgumentHelp> entries;
  for (const Topic& topic : all) {
    if (topic.kind == kind) entries.push_back({topic.name, topic.doc});
  }
  CommandResult result;
  result.json["kind"] = kind;
  result.json["topics"] = list_json(entries);
  result.text = list_text(entries);
  return result;
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

bool names_topic(const std::string& name, const Topic& topic) {
  auto is_same = [given = lower_case(name)](const std::string& other) { return lower_case(other) == given; };
  return is_same(topic.name) || std::ranges::any_of(topic.other_names, is_same);
}

Error unknown_topic(const std::string& name, const std::vector<Topic>& all) {
  constexpr std::array<std::string_view, 6> sections = {"data", "model", "fit", "defaults", "space", "search"};
  constexpr std::array<std::string_view, 8> words = {"Repeat", "Choose", "when",   "enqueue",
                                                     "int",    "float",  "choice", "use"};
  if (std::ranges::find(sections, name) != sections.end())
    return invalid("help: " + name + " is a section of the experiment file: docs/experiment.md");
  if (std::ranges::find(words, name) != words.end())
    return invalid("help: " + name + " is a word of the experiment file: docs/experiment.md");
  std::vector<std::string> names;
  for (const CommandHelp& help : command_help()) names.push_back(help.name);
  for (const Topic& topic : all) {
    names.insert(names.end(), {topic.kind, topic.name});
    names.insert(names.end(), topic.other_names.begin(), topic.other_names.end());
  }
  const std::string nearest = nearest_name(name, names);
  return invalid("unknown command or topic \"" + name + "\"" +
                 (nearest.empty() ? "; `sluice help` lists them" : ". Did you mean \"" + nearest + "\"?"));
}

}  // namespace

CommandResult run_help(const HelpRequest& request, const CommonOptions&, Progress&) {
  if (request.topic.empty()) return overview();
  for (const CommandHelp& help : command_help()) {
    if (help.name == request.topic) return explain(help);
  }
  const std::vector<Topic> all = topics();
  std::vector<Topic> found;
  for (const Topic& topic : all) {
    if (topic.kind == request.topic) return explain_kind(topic.kind, all);
    if (names_topic(request.topic, topic)) found.push_back(topic);
  }
  if (found.empty()) throw unknown_topic(request.topic, all);
  return explain(found);
}

}  // namespace sluice::cli
