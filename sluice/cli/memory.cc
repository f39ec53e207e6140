#include "sluice/cli/memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>

namespace sluice::cli {
namespace {

/// The number behind a name in lines of `name value`, or the first number of the file when the name is empty. Nothing
/// for a missing file and for words such as "max".
std::optional<int64_t> number_in(const Path& file, const std::string& name = "") {
  std::ifstream text(file);
  std::string line;
  while (std::getline(text, line)) {
    if (!line.starts_with(name)) continue;
    size_t digits = line.find_first_not_of(' ', name.size());
    if (digits == std::string::npos) return std::nullopt;
    int64_t value = 0;
    auto [end, error] = std::from_chars(line.data() + digits, line.data() + line.size(), value);
    if (error != std::errc()) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

/// What the machine has free.
std::optional<int64_t> free_memory(const Path& root) {
  auto kilobytes = number_in(root / "proc/meminfo", "MemAvailable:");
  if (!kilobytes) return std::nullopt;
  return *kilobytes * 1024;
}

/// What one control group leaves; files in the cache give way.
std::optional<int64_t> group_memory(const Path& group) {
  auto most = number_in(group / "memory.max");
  auto used = number_in(group / "memory.current");
  if (!most || !used) return std::nullopt;
  return *most - *used + number_in(group / "memory.stat", "inactive_file ").value_or(0);
}

/// What the control group of this process and those around it leave.
std::optional<int64_t> group_memories(const Path& root) {
  std::optional<int64_t> least;
  auto take = [&](std::optional<int64_t> bytes) {
    if (bytes) least = std::min(*bytes, least.value_or(*bytes));
  };
  Path top = root / "sys/fs/cgroup";
  std::ifstream text(root / "proc/self/cgroup");
  std::string line;
  while (std::getline(text, line)) {
    if (!line.starts_with("0::/")) continue;
    for (Path group = line.substr(4); !group.empty(); group = group.parent_path()) take(group_memory(top / group));
  }
  take(group_memory(top));
  return least;
}

std::optional<int64_t> address_space(const Path& root) {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  int64_t pages = number_in(root / "proc/self/statm").value_or(0);
  return static_cast<int64_t>(limit.rlim_cur) - pages * sysconf(_SC_PAGESIZE);
}

}  // namespace

std::optional<int64_t> available_memory(const Path& root) {
  std::optional<int64_t> least;
  for (const auto& bytes : {free_memory(root), group_memories(root), address_space(root)}) {
    if (bytes) least = std::max<int64_t>(0, std::min(*bytes, least.value_or(*bytes)));
  }
  return least;
}

}  // namespace sluice::cli
