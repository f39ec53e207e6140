#include "sluice/experiment/callbacks/terminate_on_nan.h"

namespace sluice {
namespace {

/// A training sees for itself that it diverges.
class TerminateRun : public CallbackRun {
 public:
  bool epoch_end(const EndedEpoch&) override { return false; }
};

class TerminateCallback : public ParameterNamed<Callback, TerminateOnNaN> {
 public:
  using ParameterNamed::ParameterNamed;
  bool acts_in_trials() const override { return true; }
  bool ends_divergence() const override { return !p.raise_error; }
  void check(const CallbackPlace&) const override {}
  std::unique_ptr<CallbackRun> start(const CallbackPlace&) const override { return std::make_unique<TerminateRun>(); }
};

}  // namespace

NamedType<Callback> terminate_on_nan_type() { return named_type<Callback, TerminateOnNaN, TerminateCallback>(); }

}  // namespace sluice
