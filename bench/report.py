"""The records of a run as a page."""
import pathlib
import statistics

NOTES = pathlib.Path(__file__).parent / "notes.md"  # Written by hand.
NOT_MEASURED = """## What is not measured

Start-up and compilation (the first window of every contender is dropped), reading and decoding of files, memory, energy, other
processors than this one, GPUs, and accuracy: that networks learn alike is what `make oracle` checks, and that the inferred
models give Keras' predictions is checked here before their rows.

Dropout, shuffling and accuracy are on in training, on both sides; raw JAX has no metrics. The frameworks train on rows held as
float32 in memory, Sluice on the bytes. A training is counted as three forward passes of FLOP, also where the gradient of the
first layer's input is not computed."""


def spread(values, digits=0):
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def number(rate):
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:,.1f}"


def rate_text(values):
    return f"{number(statistics.median(values))} ({number(min(values))}–{number(max(values))})"


class RowRecords:
    """What was recorded of one row: its facts, and the rate of each contender by turn."""

    def __init__(self, facts):
        self.facts = facts
        self.rates, self.failures = {}, {}
        self.convolutions = None

    def add(self, record):
        if record["kind"] == "convolutions":
            self.convolutions = record["rate"]
        elif record["kind"] == "failure":
            self.failures[record["contender"]] = record["text"]
        else:
            self.rates.setdefault(record["contender"], {})[record["turn"]] = record["rate"]

    @property
    def ours(self):
        return self.rates.get(self.facts["ours"], {})

    def peers(self):
        return {name: rates for name, rates in self.rates.items() if name in self.facts["peers"]}

    def ratios(self):
        """Of ours and the best peer of the turn, for each turn that has both."""
        ratios = []
        for turn, rate in self.ours.items():
            theirs = [rates[turn] for rates in self.peers().values() if turn in rates]
            if theirs:
                ratios.append(rate / max(theirs))
        return ratios

    def best_peer(self):
        medians = {name: statistics.median(rates.values()) for name, rates in self.peers().items()}
        return max(medians, key=medians.get) if medians else None

    def share(self, gemm):
        """Our part of what the cores do in matrix products."""
        if not self.ours or not self.facts["flop"] or not gemm:
            return None
        return statistics.median(self.ours.values()) * self.facts["flop"] / (gemm * 1e9 * self.facts["cores"])


def gather(records):
    """Returns the facts of the run, the rows by name, and the rates of the core in matrix products by library."""
    setup, rows, gemm = {}, {}, {}
    for record in records:
        if record["kind"] == "setup":
            setup = record
        elif record["kind"] == "gemm":
            for library, rate in record["rates"].items():
                gemm.setdefault(library, []).append(rate)
        elif record["kind"] == "row":
            rows[record["row"]] = RowRecords(record)
        else:
            rows[record["row"]].add(record)
    return setup, rows, gemm


def result_line(name, row, gemm):
    target, best, ratios, share = row.facts["target"], row.best_peer(), row.ratios(), row.share(gemm)
    ours = rate_text(row.ours.values()) if row.ours else "–"
    theirs = f"{number(statistics.median(row.rates[best].values()))}, {best}" if best else "–"
    ratio = f"{spread(ratios, 2)}" if ratios else "–"
    convolutions = f"{row.convolutions / (gemm * 1e9):.0%}" if row.convolutions and gemm else "–"
    reached = "yes" if ratios and statistics.median(ratios) >= target else "no"
    return (f"| {name} | {ours} | {theirs} | {ratio} | ≥ {target:.1f} | {reached} | {'–' if share is None else f'{share:.0%}'} "
            f"| {convolutions} |")


def contender_lines(name, row):
    for contender, rates in row.rates.items():
        yield f"| {name} | {contender} | {rate_text(rates.values())} |"
    for contender, text in row.failures.items():
        yield f"| {name} | {contender} | failed: {text.replace('|', '/')[:160]} |"


def page(records):
    setup, rows, gemm = gather(records)
    best = max((rate for rates in gemm.values() for rate in rates), default=0)
    rates = ", ".join(f"{library} {rate_text(values)}" for library, values in gemm.items())
    return "\n".join([
        "# Benchmarks", "",
        f"Written by `{setup['command']}`; every number is from one run on one machine. All contenders of a row run on the same",
        "core and take turns; each prints a line when a window of samples is done, and is clocked from outside by these lines.",
        "Numbers are the median of the turns, with the lowest and the highest.", "",
        f"- Processor: {setup['processor']}",
        f"- The core in float32 matrix products of 1024³: {best:.1f} GFLOP/s, the best of {rates} GFLOP/s",
        f"- Versions: {setup['versions']}",
        f"- {setup['turns']} turns of {setup['seconds']:g} s; {setup['date']}", "",
        "| row | Sluice, samples/s | best peer, samples/s | ratio, by turn to its best peer | to reach | reached | share of the core's limit | its convolutions' |",
        "|---|---|---|---|---|---|---|---|",
        *(result_line(name, row, best) for name, row in rows.items()), "",
        "The share: FLOP per second over that of the matrix products, on as many cores as the row uses. The last column is that of all",
        "convolutions of a step, forward and backward, by `sluice inspect --plan`. Winograd's, which need fewer operations than are",
        "counted, may pass the limit; depthwise ones wait for memory.", "",
        "## All contenders", "", "| row | contender | samples/s |", "|---|---|---|",
        *(line for name, row in rows.items() for line in contender_lines(name, row)), "",
        "Peers run with glibc told to keep its memory and to ask for huge pages (`MALLOC_MMAP_MAX_`, `MALLOC_TRIM_THRESHOLD_`,",
        "`GLIBC_TUNABLES`), Keras without autotuning and with several steps per execution, PyTorch with channels last and fused",
        "optimizers. A peer that was not half as fast as the best peer of a turn had no more turns.", "",
        NOT_MEASURED, "",
        NOTES.read_text()])
