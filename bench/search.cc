// Replays studies on a table of all results, through the decisions of real studies. For bench/search.

#include <cmath>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

#include "sluice/base/error.h"
#include "sluice/base/files.h"
#include "sluice/base/random.h"
#include "sluice/tune/decisions.h"
#include "sluice/tune/pruner/registry.h"
#include "sluice/tune/sampler/registry.h"

namespace sluice {
namespace {

/// What trials are worth: a value and a cost by their parameters.
struct Trials {
  SearchProblem problem;
  std::function<double(const Params&)> value;
  std::function<uint64_t(const Params&)> cost;
};

/// What a study is asked for.
struct Search {
  Json sampler;
  int64_t trials;
  int64_t slots;
};

/// The value of every combination of a space of choices, the last parameter running fastest.
struct Table {
  Space space;
  std::vector<double> values;

  size_t row(const Params& params) const {
    size_t row = 0;
    for (const SpaceParameter& parameter : space.parameters()) {
      const auto& choices = std::get<Choice>(parameter.domain).values;
      const auto found = std::find(choices.begin(), choices.end(), params.at(parameter.name));
      row = row * choices.size() + static_cast<size_t>(found - choices.begin());
    }
    return row;
  }

  Params params(size_t row) const {
    Json values = Json::object();
    for (auto parameter = space.parameters().rbegin(); parameter != space.parameters().rend(); ++parameter) {
      const auto& choices = std::get<Choice>(parameter->domain).values;
      values[parameter->name] = choices[row % choices.size()];
      row /= choices.size();
    }
    return space.read_params(values, "");
  }
};

Table read_table(const std::string& path) {
  const Json json = Json::parse(read_file(path));
  Table table{Space::read(json.at("space")), {}};
  for (const Json& value : json.at("values").as_array()) table.values.push_back(value.as_real());
  return table;
}

/// Trial 0 is a row that depends on the seed, in the same way as in bench/peers/optuna_search.py.
Trials trials_of(const Table& table, uint64_t seed) {
  const Params first = table.params((seed + 1) * 2654435761 % table.values.size());
  return {{table.space, {"loss", false}, seed, {first}},
          [&table](const Params& params) { return table.values[table.row(params)]; },
          [&table](const Params& params) {
            constexpr uint64_t least = 1000, spread = 3000;  // Lengths differ by up to four.
            return least + Random(0, Purpose::fuzz).below(table.row(params), spread);
          }};
}

/// A smooth function of eight parameters of all kinds.
Trials eight_parameters() {
  const Space space = Space::read(Json::parse(
      R"({"rate": {"float": [0.00001, 1], "log": true}, "momentum": {"float": [0, 1]}, "decay": {"float": [0.000001, 0.1], "log": true},
          "width": {"int": [16, 1024], "log": true}, "depth": {"int": [1, 6]}, "dropout": {"float": [0, 0.6], "step": 0.1},
          "batch": {"choice": [16, 32, 64, 128]}, "activation": {"choice": ["relu", "tanh", "gelu"]}})"));
  const Params middle = Json::parse(
      R"({"rate": 0.1, "momentum": 0.5, "decay": 0.001, "width": 64, "depth": 2, "dropout": 0, "batch": 16, "activation": "tanh"})");
  return {{space, {"loss", false}, 0, {space.read_params(middle, "")}},
          [](const Params& params) {
            const double rate = std::log10(params.at("rate").as_real()) + 2;
            const double width = std::log2(params.at("width").as_real()) - 8;
            return rate * rate + width * width / 4 + params.at("momentum").as_real() +
                   (params.at("activation") == Json("gelu") ? 0 : 0.3);
          },
          [](const Params&) { return uint64_t{1000}; }};
}

/// Runs a study to its end, as `run_study` does, without journal and workers; `started(number)` hears of every trial.
template <class Started>
std::vector<double> run(const Trials& trials, const Search& search, Started started) {
  const TrialLengths lengths{[](const Params&) { return 1; },
                             [&](const Params& params, int64_t, int64_t) { return trials.cost(params); }};
  Decisions decisions(trials.problem, make_sampler(search.sampler, trials.problem, ""),
                      make_pruner("none", trials.problem, ""), search.slots, lengths);
  std::vector<double> values;
  while (!decisions.ended()) {
    while (auto decision = decisions.next(search.trials)) {
      if (decision->kind != Decision::Kind::job) continue;
      values.push_back(trials.value(decisions.trials().back().params));
      started(decision->trial);
    }
    if (decisions.ended()) break;
    std::vector<JobResult> results;
    for (int64_t job : decisions.due()) results.push_back({JobResult::State::ended, values[static_cast<size_t>(job)]});
    decisions.advance(results);
  }
  return values;
}

void replay(const std::string& path, const Search& search, uint64_t first_seed, uint64_t seeds) {
  const Table table = read_table(path);
  for (uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    Json line = Json::object();
    line["seed"] = static_cast<int64_t>(seed);
    line["values"] = Json::array();
    for (double value : run(trials_of(table, seed), search, [](int64_t) {})) line["values"].push_back(value);
    std::puts(line.dump().c_str());
    std::fflush(stdout);
  }
}

/// Prints the milliseconds of processor time that a trial takes around the end of a study.
void time_trials(const Search& search) {
  constexpr int64_t measured = 100;
  std::clock_t begin = 0;
  run(eight_parameters(), search, [&](int64_t number) {
    if (number == search.trials - 1 - measured) begin = std::clock();
  });
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%.4f\n", 1000 * seconds / measured);
}

Search search_of(char** arguments) {
  const std::string sampler = arguments[0];
  return {sampler.starts_with('{') ? Json::parse(sampler) : Json(sampler), std::stoll(arguments[1]),
          std::stoll(arguments[2])};
}

}  // namespace
}  // namespace sluice

int main(int count, char** arguments) try {
  if (count == 4) {
    sluice::time_trials(sluice::search_of(arguments + 1));
  } else if (count == 7) {
    sluice::replay(arguments[1], sluice::search_of(arguments + 2), std::stoull(arguments[5]),
                   std::stoull(arguments[6]));
  } else {
    throw sluice::invalid(
        "usage: sluice_search [TABLE] SAMPLER TRIALS SLOTS [FIRST_SEED SEEDS]; without a table: ms a trial");
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "sluice_search: %s\n", error.what());
  return 1;
}
