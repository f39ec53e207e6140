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

/// How the files of control groups are called: of version 2, and of the memory controller of version 1.
struct GroupFiles {
  const char *top, *most, *used, *cached;
};
constexpr GroupFiles version_2 = {"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "};
constexpr GroupFiles version_1 = {"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                                  "total_inactive_file "};

/// What one control group leaves; files in the cache give way.
std::optional<int64_t> group_memory(const GroupFiles& files, const Path& group) {
  auto most = number_in(group / files.most);
  auto used = number_in(group / files.used);
  if (!most || !used) return std::nullopt;
  return *most - *used + number_in(group / "memory.stat", files.cached).value_or(0);
}

/// The path of a group in a line of /proc/self/cgroup, such as "0::/user" or "9:cpu,memory:/user"; empty where it is
/// not one of these files.
Path group_path(const GroupFiles& files, const std::string& line) {
  const size_t first = line.find(':'), second = line.find(':', first + 1);
  if (second == std::string::npos) return {};
  const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
  const bool fits = &files == &version_2 ? controllers == ",," : controllers.find(",memory,") != std::string::npos;
  return fits && line.size() > second + 2 ? Path(line.substr(second + 2)) : Path();
}

/// What the control groups of this process and those around them leave.
std::optional<int64_t> group_memories(const Path& root) {
  std::optional<int64_t> least;
  auto take = [&](std::optional<int64_t> bytes) {
    if (bytes) least = std::min(*bytes, least.value_or(*bytes));
  };
  for (const GroupFiles* files : {&version_2, &version_1}) {
    const Path top = root / files->top;
    std::ifstream text(root / "proc/self/cgroup");
    std::string line;
    while (std::getline(text, line)) {
      for (Path group = group_path(*files, line); !group.empty(); group = group.parent_path())
        take(group_memory(*files, top / group));
    }
    take(group_memory(*files, top));
  }
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
