#include "sluice/tune/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>

#include "sluice/base/error.h"
#include "sluice/base/hash.h"
#include "sluice/tune/testing/study_case.h"

namespace sluice {
namespace {

using ::testing::HasSubstr;
using testing::ScratchFolder;

Json record(int64_t number) { return Json::Object{{"kind", "job"}, {"number", number}, {"rate", 0.1}}; }

/// Writes a journal of three events with 1, 2 and 1 records.
void write_journal(const Path& directory) {
  Journal journal(directory);
  journal.append(std::vector{record(0)});
  journal.append(std::vector{record(1), record(2)});
  journal.append(std::vector{record(3)});
}

void write_text(const Path& path, const std::string& text) { std::ofstream(path) << text; }

/// Returns the message of the error that reading ends with.
std::string fault_of(const Path& directory) {
  try {
    read_journal(directory);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Journal, GivesBackWhatWasAppended) {
  ScratchFolder directory;
  EXPECT_TRUE(read_journal(directory.path()).records.empty());
  write_journal(directory.path());
  EXPECT_EQ(read_journal(directory.path()).records, (std::vector{record(0), record(1), record(2), record(3)}));
  Journal journal(directory.path());
  EXPECT_EQ(journal.records().size(), 4U);
  journal.append(std::vector{record(4)});
  EXPECT_EQ(read_journal(directory.path()).records.size(), 5U);
}

TEST(Journal, AFolderOfOtherFilesHoldsNoStudy) {
  ScratchFolder directory;
  EXPECT_TRUE(may_hold_study(directory.path()));
  write_text(directory.path() / "journal.lock", "");
  EXPECT_TRUE(may_hold_study(directory.path()));
  write_text(directory.path() / "notes", "");
  EXPECT_FALSE(may_hold_study(directory.path()));
  write_journal(directory.path());
  EXPECT_TRUE(may_hold_study(directory.path()));
}

TEST(Journal, HasTheLinesThatItsFormatSays) {
  ScratchFolder directory;
  write_journal(directory.path());
  std::string without = R"({"seq":0,"kind":"job","number":0,"rate":0.1})";
  std::string line = R"({"seq":0,"crc32c":)" + std::to_string(crc32c(without)) + "," + without.substr(9) + "\n";
  EXPECT_THAT(read_file(journal_path(directory.path())), ::testing::StartsWith(line));
}

TEST(Journal, CutsATornLastLineWhereverItIsTorn) {
  ScratchFolder directory;
  write_journal(directory.path());
  Path path = journal_path(directory.path());
  std::string whole = read_file(path);
  size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (size_t length = last; length < whole.size(); ++length) {
    write_text(path, whole.substr(0, length));
    EXPECT_EQ(read_journal(directory.path()).records.size(), 3U);
    Journal journal(directory.path());
    EXPECT_EQ(read_file(path).size(), last);
    journal.append(std::vector{record(3)});
    EXPECT_EQ(read_file(path), whole);
  }
}

TEST(Journal, NamesTheLineOfAnyOtherFault) {
  ScratchFolder directory;
  write_journal(directory.path());
  Path path = journal_path(directory.path());
  std::string whole = read_file(path);
  size_t second = whole.find('\n') + 1;
  size_t third = whole.find('\n', second) + 1;
  std::string changed = whole;
  changed[changed.find("0.1", second)] = '5';
  for (const auto& damaged :
       {changed, whole.substr(0, second) + whole.substr(third), whole.substr(0, second) + "\n" + whole.substr(second),
        whole.substr(0, second) + "{}\n", whole.substr(0, second) + whole.substr(0, second)}) {
    write_text(path, damaged);
    EXPECT_THAT(fault_of(directory.path()), HasSubstr(path.string() + ", line 2: damaged"));
  }
}

TEST(Journal, FindsEveryChangedByte) {
  ScratchFolder directory;
  write_journal(directory.path());
  Path path = journal_path(directory.path());
  std::string whole = read_file(path);
  size_t end = whole.find('\n', whole.find('\n') + 1);
  for (size_t i = 0; i < end; ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write_text(path, changed);
    EXPECT_THAT(fault_of(directory.path()), HasSubstr("line")) << i;
  }
}

TEST(Journal, HasOneWriterAndAnyNumberOfReaders) {
  ScratchFolder directory;
  write_journal(directory.path());
  Journal writer(directory.path());
  pid_t child = fork();
  if (child == 0) {
    bool reads = read_journal(directory.path()).records.size() == 4;
    try {
      Journal second(directory.path());
    } catch (const Error& error) {
      bool names = std::string(error.what()).find(directory.path().string()) != std::string::npos;
      _exit(reads && names && error.code() == ErrorCode::conflict ? 0 : 1);
    }
    _exit(2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace sluice
