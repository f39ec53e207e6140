#pragma once

#include <string>

#include "sluice/tune/summary.h"

namespace sluice {

/// A study as a journal of Optuna's JournalFileBackend (3.1 to 5): `optuna.load_study(study_name=name,
/// storage=JournalStorage(JournalFileBackend(path)))` reads it, and may go on with it.
///
/// Trials have their parameters, values of epochs, value, state (paused and interrupted ones are running) and times. Where
/// defaults lie outside of the space, its ranges and choices are widened by them. Maps and lists among the choices are
/// texts of JSON; logarithmic and widened ranges have no step, which Optuna would not take.
std::string optuna_journal(const StudySummary& study, const std::string& name);

}  // namespace sluice
