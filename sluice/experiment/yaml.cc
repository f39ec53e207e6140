#include "sluice/experiment/yaml.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>

#include "sluice/experiment/yaml_scalar.h"

namespace sluice {
namespace {

constexpr size_t max_values = 1'000'000;
constexpr size_t max_bytes = 16 << 20;

/// What is wrong, and where; becomes an Error at the border.
struct Fault {
  Position position;
  std::string message;
};

Position to_position(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

[[noreturn]] void fail(const YAML::Mark& mark, const std::string& message) { throw Fault{to_position(mark), message}; }

/// What yaml-cpp says in words that tell what to do.
std::string explained(const std::string& message) {
  static const std::map<std::string, std::string> explanations = {
      {"end of sequence flow not found", "a [ is not closed"},
      {"end of map flow not found", "a { is not closed"},
      {"end of map not found", "expected \"key: value\" here, indented like the lines before"},
      {"end of sequence not found", "expected \"- \" and a value here, indented like the entries before"},
      {"illegal map value", "a \": \" that cannot stand here; is the line indented like its neighbours?"},
      {"illegal block entry",
       "a \"- \" that cannot stand here; is the line indented like its neighbours, without tabs?"},
  };
  const auto found = explanations.find(message);
  return found == explanations.end() ? message : found->second;
}

size_t count_values(const Json& json) {
  size_t count = 1;
  if (json.is_array()) {
    for (const Json& element : json.as_array()) count += count_values(element);
  } else if (json.is_object()) {
    for (const auto& entry : json.as_object()) count += count_values(entry.second);
  }
  return count;
}

/// Builds the value from yaml-cpp's parse events.
class Builder : public YAML::EventHandler {
 public:
  Json value;
  std::map<std::string, Position> positions;
  /// A list or map as a key. Told at the end only: where a bracket is not closed yaml-cpp begins with one.
  std::optional<Fault> complex_key;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) fail(mark, "expected one document, found a second");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { put(mark, anchor, Json(), ""); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail(mark, "an alias stands inside of its own anchor");
    values_ += count_values(found->second);
    put(mark, YAML::NullAnchor, found->second, found->second.is_string() ? found->second.as_string() : "");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    bool quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!quoted) check_tag(mark, tag);
    put(mark, anchor, quoted ? Json(text) : resolve_scalar(text), text);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(mark, anchor, Json::array());
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(mark, anchor, Json::object());
  }
  void OnMapEnd() override { close(); }

 private:
  /// A list or map that is still open.
  struct Level {
    Json container;
    std::string path;
    YAML::anchor_t anchor;
    YAML::Mark mark;
    bool has_key = false;
    std::string key;
  };

  std::vector<Level> levels_;
  std::map<YAML::anchor_t, Json> anchors_;
  size_t values_ = 0;
  int documents_ = 0;

  static void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    for (const char* known : {"str", "int", "float", "bool", "null", "map", "seq"}) {
      if (tag == std::string("tag:yaml.org,2002:") + known) return;
    }
    fail(mark, "the tag \"" + tag + "\" is not supported");
  }

  bool expects_key() const {
    return !levels_.empty() && levels_.back().container.is_object() && !levels_.back().has_key;
  }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    Level& level = levels_.back();
    if (level.container.contains(key)) fail(mark, "the key \"" + key + "\" appears twice");
    positions[join_path(level.path, key)] = to_position(mark);
    level.key = key;
    level.has_key = true;
  }

  /// The path of the value that comes next.
  std::string next_path() const {
    if (levels_.empty()) return "";
    const Level& level = levels_.back();
    return level.has_key ? join_path(level.path, level.key) : join_path(level.path, level.container.size());
  }

  void count(const YAML::Mark& mark) {
    if (++values_ > max_values) fail(mark, "more than a million values");
  }

  void put(const YAML::Mark& mark, YAML::anchor_t anchor, Json element, const std::string& text) {
    if (expects_key()) {
      if (element.is_array() || element.is_object())
        fail(mark, "expected text as a key, got a " + std::string(element.type_name()));
      return take_key(mark, text);
    }
    count(mark);
    positions.emplace(next_path(), to_position(mark));
    if (anchor != YAML::NullAnchor) anchors_[anchor] = element;
    add(std::move(element));
  }

  void add(Json element) {
    if (levels_.empty()) {
      value = std::move(element);
      return;
    }
    Level& level = levels_.back();
    if (level.container.is_array()) {
      level.container.push_back(std::move(element));
    } else if (!level.has_key) {
      level.has_key = true;
    } else {
      level.container.as_object().emplace_back(std::move(level.key), std::move(element));
      level.has_key = false;
    }
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, Json container) {
    if (expects_key() && !complex_key) {
      complex_key = Fault{to_position(mark), "expected text as a key, got a " + std::string(container.type_name())};
    }
    count(mark);
    std::string path = next_path();
    positions.emplace(path, to_position(mark));
    levels_.push_back({std::move(container), std::move(path), anchor, mark, false, ""});
  }

  void close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    if (level.anchor != YAML::NullAnchor) anchors_[level.anchor] = level.container;
    add(std::move(level.container));
  }
};

/// Throws Fault.
Builder parse(std::string_view text) {
  if (text.size() > max_bytes) throw Fault{{}, "larger than 16 MiB"};
  Builder builder;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::DeepRecursion& error) {
    throw Fault{to_position(error.mark), "nested too deeply"};
  } catch (const YAML::Exception& error) {
    throw Fault{to_position(error.mark), explained(error.msg)};
  }
  if (builder.complex_key) throw Fault(*builder.complex_key);
  return builder;
}

}  // namespace

Document parse_yaml(std::string_view text, const std::string& name) {
  if (text.find('\0') != std::string_view::npos) throw invalid(name + ": expected a text file in YAML");
  try {
    Builder builder = parse(text);
    if (builder.positions.empty()) throw Fault{{}, "the file is empty"};
    return {name, std::move(builder.value), std::move(builder.positions), {}};
  } catch (const Fault& fault) {
    throw invalid(name + ":" + std::to_string(fault.position.line) + ":" + std::to_string(fault.position.column) +
                  ": " + fault.message);
  }
}

Json parse_yaml_value(std::string_view text) {
  try {
    Json wrapped = parse("value: " + std::string(text)).value;
    if (wrapped.size() != 1) throw Fault{{}, "expected one value"};
    return wrapped.at("value");
  } catch (const Fault& fault) {
    throw invalid(fault.message);
  }
}

}  // namespace sluice
