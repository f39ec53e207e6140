#include "sluice/tune/journal.h"

#include <algorithm>
#include <string_view>

#include "sluice/base/error.h"
#include "sluice/base/hash.h"

namespace sluice {
namespace {

constexpr std::string_view lock_name = "journal.lock";

// Persistent: docs/formats/journal.md.
std::string encode(int64_t line, const Json& record) {
  Json::Object members = {{"seq", line}};
  for (const auto& member : record.as_object()) members.push_back(member);
  uint32_t checksum = crc32c(Json(members).dump());
  members.insert(members.begin() + 1, {"crc32c", checksum});
  return Json(std::move(members)).dump() + "\n";
}

/// Throws Error unless the checksum, which stands behind the number, is that of the line without it.
void check_checksum(std::string_view text, const Json& checksum) {
  const std::string member = ",\"crc32c\":" + checksum.dump();
  const size_t place = text.find(member);
  std::string rest(text.substr(0, place));
  if (place != std::string_view::npos) rest += text.substr(place + member.size());
  if (place == std::string_view::npos || checksum != Json(static_cast<int64_t>(crc32c(rest))))
    throw invalid("the checksum does not fit");
}

/// Returns the record of a line that `encode` wrote; throws Error otherwise.
Json decode(int64_t line, std::string_view text) {
  Json json = Json::parse(text);
  Json::Object& members = json.as_object();
  if (members.size() < 3 || members[0].first != "seq" || members[1].first != "crc32c" || members[2].first != "kind") {
    throw invalid("expected seq, crc32c, kind, …");
  }
  if (members[0].second != Json(line))
    throw invalid("expected seq " + Json(line).dump() + ", got " + members[0].second.dump());
  check_checksum(text, members[1].second);
  members.erase(members.begin(), members.begin() + 2);
  return json;
}

}  // namespace

Path journal_path(const Path& directory) { return directory / "journal.jsonl"; }

bool may_hold_study(const Path& directory) {
  if (std::filesystem::exists(journal_path(directory))) return true;
  std::error_code ignored;
  return std::ranges::all_of(std::filesystem::directory_iterator(directory, ignored),
                             [](const auto& entry) { return entry.path().filename() == lock_name; });
}

bool study_is_running(const Path& directory) { return FileLock::is_held(directory / lock_name); }

JournalContents read_journal(const Path& directory) {
  Path path = journal_path(directory);
  JournalContents contents;
  if (!std::filesystem::exists(path)) return contents;
  std::string bytes = read_file(path);
  for (int64_t line = 0;; ++line) {
    size_t end = bytes.find('\n', contents.bytes);
    if (end == std::string::npos) return contents;
    try {
      contents.records.push_back(decode(line, std::string_view(bytes).substr(contents.bytes, end - contents.bytes)));
    } catch (const Error& error) {
      throw invalid(path.string() + ", line " + std::to_string(line + 1) + ": damaged: " + error.what());
    }
    contents.bytes = end + 1;
  }
}

Journal::Journal(const Path& directory)
    : lock_(directory / lock_name, "the study " + directory.string() + " is being run by another process"),
      contents_(read_journal(directory)),
      file_(journal_path(directory), contents_.bytes),
      next_line_(static_cast<int64_t>(contents_.records.size())) {}

void Journal::append(std::span<const Json> records) {
  std::string lines;
  int64_t line = next_line_;
  for (const Json& record : records) lines += encode(line++, record);
  file_.append(lines);
  next_line_ = line;
}

}  // namespace sluice
