#include "sluice/tune/study_log.h"

#include <span>

#include "sluice/base/canonical.h"
#include "sluice/base/error.h"

namespace sluice {

namespace {

bool is_end(const Json& decision) { return decision.at("kind").as_string() == "end"; }

}  // namespace

StudyLog::StudyLog(const Path& directory)
    : path_(journal_path(directory)), journal_(directory), ledger_(read_ledger(directory, journal_.records())) {}

bool StudyLog::replaying(size_t ahead) const {
  std::lock_guard lock(mutex_);
  return decided_ + ahead < ledger_.decisions().size();
}

void StudyLog::compare(const Json& made) const {
  const Json& journalled = ledger_.decisions()[decided_];
  bool both_end = is_end(journalled) && is_end(made);
  if (both_end ? journalled.at("time") == made.at("time") : canonical(journalled) == canonical(made)) return;
  throw Error(ErrorCode::internal, path_.string() + " does not fit this program: decision " + std::to_string(decided_) +
                                       " was " + journalled.dump() + ", now it is " + made.dump());
}

void StudyLog::decide(const std::vector<Json>& decisions) {
  std::lock_guard lock(mutex_);
  size_t known = 0;
  for (; known < decisions.size() && decided_ < ledger_.decisions().size(); ++known) {
    compare(decisions[known]);
    ++decided_;
  }
  auto fresh = std::span(decisions).subspan(known);
  if (fresh.empty()) return;
  journal_.append(fresh);
  for (const Json& decision : fresh) ledger_.add(decision);
  decided_ += fresh.size();
}

int64_t StudyLog::trials_asked(size_t ahead) const {
  std::lock_guard lock(mutex_);
  return ledger_.trials_asked(static_cast<int64_t>(decided_ + ahead));
}

void StudyLog::append(const std::vector<Json>& records) {
  if (records.empty()) return;
  std::lock_guard lock(mutex_);
  journal_.append(records);
  for (const Json& record : records) ledger_.add(record);
}

}  // namespace sluice
