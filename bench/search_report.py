"""The records of bench/search as a page."""
import statistics

TARGETS = {25: 0.79, 50: 0.75, 100: 0.75, 200: 0.73}  # Of Optuna's TPE.
PEER = "Optuna tpe"


class Runs:
    """The regrets of a contender, [seed][budget] by table."""

    def __init__(self):
        self.tables = {}

    def at(self, table, place):
        regrets = [run[place] for run in self.tables[table] if place < len(run)]
        return statistics.fmean(regrets) if regrets else None

    def mean(self, place):
        """Over the tables; nothing where one has no such budget."""
        means = [self.at(table, place) for table in self.tables]
        return None if None in means else statistics.fmean(means)

    def error(self, place):
        """The standard error of that mean."""
        variances = [statistics.variance([run[place] for run in runs]) / len(runs) if len(runs) > 1 else 0
                     for runs in self.tables.values()]
        return sum(variances) ** 0.5 / len(variances)

    @property
    def seeds(self):
        return len(next(iter(self.tables.values())))


def gather(records):
    setup, overheads, runs = {}, [], {}
    for record in records:
        if record["kind"] == "setup":
            setup = record
        elif record["kind"] == "overhead":
            overheads.append(record)
        else:
            runs.setdefault(record["contender"], Runs()).tables[record["table"]] = record["regrets"]
    return setup, overheads, dict(sorted(runs.items()))


def cell(runs, place):
    mean = runs.mean(place)
    return "–" if mean is None else f"{mean:.4f} ± {runs.error(place):.4f}"


def row(*cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def head(*cells):
    return [row(*cells), "|" + "---|" * len(cells)]


def ratio_rows(runs, budgets):
    for name in ("gp, 1 slot", "tpe, 1 slot", "cma_es, 1 slot", "quasi_random, 1 slot", "random, 1 slot"):
        if name in runs and PEER in runs:
            yield row(name, *(f"{runs[name].mean(place) / runs[PEER].mean(place):.2f}" for place in range(len(budgets))))


def table_rows(runs, budgets):
    for table in sorted({table for one in runs.values() for table in one.tables}):
        for name, one in runs.items():
            if "slots" in name or table not in one.tables:
                continue
            means = [one.at(table, place) for place in range(len(budgets))]
            yield row(table, name, *("–" if mean is None else f"{mean:.4f}" for mean in means))


def page(records, note=""):
    setup, overheads, runs = gather(records)
    budgets = setup["budgets"]
    after = [f"{budget} trials" for budget in budgets]
    side_by_side = {name: one for name, one in runs.items() if "slot" in name and name.split(",")[0] in ("gp", "tpe")}
    one_by_one = {name: one for name, one in runs.items() if "slots" not in name}
    return "\n".join([
        "# Search on tables", "",
        f"Written by `make bench-search SEARCH_BENCH=\"--seeds {setup['seeds']} --output docs/search-benchmark.md\"`; every number is",
        "from one run on one machine. A study is replayed on a table that has the result of every configuration of a network: the",
        "samplers decide through the classes of a real study (`tune/decisions.h`), a look into the table stands for a training. The tables are two of HPOBench (an MLP on phoneme and vehicle, 30,000",
        "configurations) and two of HPOlib (a network of two layers on protein structure and slice localization, 62,208); the value",
        "of a configuration is the mean of its repeats. Regret is (best found - best) / (median - best) of the table. Trial 0 is a",
        "random configuration, the same for all contenders of a seed.", "",
        f"- {setup['processor']}, {setup['cores']} cores; Python {setup['python']}, Optuna {setup['optuna']}; {setup['date']}",
        *([f"- {note}"] if note else []),
        "- Optuna's parameters with an order are ranks (`suggest_int`), its samplers have their default parameters but for the seed.",
        "- Sluice with one slot decides a trial before the result of the one before is visible (docs/experiment.md, `slots`); Optuna",
        "  waits for it.",
        "- HEBO is not among the peers: its last release on PyPI, 0.3.6, pins NumPy below 1.25 and builds an old matplotlib,",
        "  and did not install.", "",
        "## Regret, mean over tables and seeds", "",
        *head("sampler", "seeds a table", *after),
        *(row(name, one.seeds, *(cell(one, place) for place in range(len(budgets)))) for name, one in one_by_one.items()), "",
        "± is the standard error over seeds. Over the regret of Optuna's TPE:", "",
        *head("sampler", *after), *ratio_rows(runs, budgets),
        row("to reach", *(f"≤ {TARGETS[budget]}" for budget in budgets)), "",
        "## What trials side by side cost", "",
        "The same with more slots. A configuration's cost is drawn between 1 and 4, so that trials end out of order.", "",
        *head("sampler", "seeds a table", *after),
        *(row(name, one.seeds, *(cell(one, place) for place in range(len(budgets)))) for name, one in
          sorted(side_by_side.items(), key=lambda item: (item[0].split(",")[0], int(item[0].split()[1])))), "",
        "## What a decision costs", "",
        "Processor time of a trial in a search of 8 parameters, 4 slots, the mean of the last 100 trials, the best of three runs.", "",
        *head("sampler", "trials", "ms a trial"),
        *(row(record["sampler"], record["trials"], f"{record['milliseconds']:.2f}") for record in overheads), "",
        "## By table", "", *head("table", "sampler", *after), *table_rows(runs, budgets), ""])
