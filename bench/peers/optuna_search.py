"""Replays studies of Optuna on a table; prints a line of JSON for each. Usage: TABLE SAMPLER TRIALS FIRST_SEED SEEDS"""
import json
import pathlib
import sys
import warnings

import optuna

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
SAMPLERS = {
    "random": optuna.samplers.RandomSampler,
    "tpe": optuna.samplers.TPESampler,
    "gp": optuna.samplers.GPSampler,
}


def ordered(choices):
    return all(isinstance(value, (int, float)) for value in choices)


class Table:
    """Parameters with an order are ranks, so that Optuna knows of it."""

    def __init__(self, path):
        content = json.loads(pathlib.Path(path).read_text())
        self.values = content["values"]
        self.choices = {name: domain["choice"] for name, domain in content["space"].items()}

    def params(self, row):
        params = {}
        for name, choices in reversed(self.choices.items()):
            row, rank = divmod(row, len(choices))
            params[name] = rank if ordered(choices) else choices[rank]
        return params

    def suggest(self, trial, name, choices):
        if ordered(choices):
            return trial.suggest_int(name, 0, len(choices) - 1)
        return choices.index(trial.suggest_categorical(name, choices))

    def value(self, trial):
        row = 0
        for name, choices in self.choices.items():
            row = row * len(choices) + self.suggest(trial, name, choices)
        return self.values[row]


def replay(table, sampler, trials, seed):
    study = optuna.create_study(sampler=SAMPLERS[sampler](seed=seed))
    study.enqueue_trial(table.params((seed + 1) * 2654435761 % len(table.values)))  # As in bench/search.cc.
    study.optimize(table.value, n_trials=trials)
    return [trial.value for trial in study.trials]


def main():
    path, sampler, trials, first_seed, seeds = sys.argv[1:]
    table = Table(path)
    for seed in range(int(first_seed), int(first_seed) + int(seeds)):
        print(json.dumps({"seed": seed, "values": replay(table, sampler, int(trials), seed)}), flush=True)


main()
