#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sluice/base/file_lock.h"
#include "sluice/base/files.h"
#include "sluice/base/json.h"

namespace sluice {

/// What a journal file holds; docs/formats/journal.md describes the lines.
struct JournalContents {
  std::vector<Json> records;  ///< Maps that begin with `kind`; without `seq` and `crc32c`.
  size_t bytes = 0;           ///< Length of the whole lines; what follows is a torn one.
};

/// Returns where a study directory has its journal.
Path journal_path(const Path& directory);

/// Whether a study can begin or go on in a directory that is there: it has a journal, or no files but the lock of one.
bool may_hold_study(const Path& directory);

/// Whether a process is running the study of a directory.
bool study_is_running(const Path& directory);

/// Reads a journal without locking it, while it is being written or not; a missing file is an empty journal. A torn
/// last line is left out. Throws Error(invalid_argument) naming file and line for any other bad line.
JournalContents read_journal(const Path& directory);

/// The one writer of a study's journal.
class Journal {
 public:
  /// Locks the directory, which must exist, reads its journal and cuts off a torn last line. Throws Error(conflict)
  /// naming the directory when another process has it, and what `read_journal` throws.
  explicit Journal(const Path& directory);

  /// The records the journal had when it was opened.
  const std::vector<Json>& records() const { return contents_.records; }

  /// Appends records, each a map that begins with `kind`, as the lines of one event: all are on disk when it returns,
  /// or it throws Error(io) and the file is as before. Not for several threads at once.
  void append(std::span<const Json> records);

 private:
  FileLock lock_;
  JournalContents contents_;
  AppendFile file_;
  int64_t next_line_;
};

}  // namespace sluice
