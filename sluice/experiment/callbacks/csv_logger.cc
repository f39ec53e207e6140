#include "sluice/experiment/callbacks/csv_logger.h"

#include <algorithm>

#include "sluice/experiment/log_file.h"

namespace sluice {
namespace {

class CsvRun : public CallbackRun {
 public:
  explicit CsvRun(const CSVLogger& parameters) : p_(parameters) {}

  void begin(const CallbackState* saved) override {
    const bool adds = saved != nullptr || p_.append;
    file_.open(p_.filename, saved != nullptr ? std::optional<int64_t>(saved->values.at("bytes").as_integer())
                            : adds           ? std::nullopt
                                             : std::optional<int64_t>(0));
  }

  bool epoch_end(const EndedEpoch& epoch) override {
    Scores sorted = epoch.scores;
    sorted.emplace_back("learning_rate", epoch.learning_rate);
    std::ranges::sort(sorted);
    std::string names = "epoch", values = std::to_string(epoch.state.epoch - 1);
    for (const auto& [name, value] : sorted) {
      names += p_.separator + name;
      values += p_.separator + Json(value).dump();
    }
    file_.append((file_.size() == 0 ? names + "\n" : "") + values + "\n");
    return false;
  }

  CallbackState state() const override { return {Json::Object{{"bytes", file_.size()}}, {}}; }

 private:
  const CSVLogger& p_;
  LogFile file_;
};

class CsvCallback : public ParameterNamed<Callback, CSVLogger> {
 public:
  explicit CsvCallback(const CSVLogger& parameters) : ParameterNamed(parameters) {
    if (p.filename.empty()) throw invalid("CSVLogger: filename: expected a file");
    if (p.separator.size() != 1) throw invalid("CSVLogger: separator: expected one character");
  }
  Path file() const override { return p.filename; }
  void check(const CallbackPlace&) const override {}
  std::unique_ptr<CallbackRun> start(const CallbackPlace&) const override { return std::make_unique<CsvRun>(p); }
};

}  // namespace

NamedType<Callback> csv_logger_type() { return named_type<Callback, CSVLogger, CsvCallback>(); }

}  // namespace sluice
