"""The tables of results that searches are replayed on: every configuration of a network, each trained several times."""
import csv
import gzip
import json
import pathlib
import statistics


def number_or_text(text):
    try:
        return float(text) if any(mark in text for mark in ".e") else int(text)
    except ValueError:
        return text


def in_order(values):
    """Numbers by size, texts as they come."""
    return sorted(values, key=lambda value: value if isinstance(value, (int, float)) else 0)


def read(path):
    """Returns the choices of each parameter and the mean value of every combination, the last parameter running fastest.
    Lower is better."""
    with gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))
    repeats = [name for name in rows[0] if name.startswith(("score_", "loss_"))]
    names = [name for name in rows[0] if name not in repeats]
    sign = -1 if repeats[0].startswith("score_") else 1
    choices = {name: in_order(dict.fromkeys(number_or_text(row[name]) for row in rows)) for name in names}
    places = {name: {value: place for place, value in enumerate(values)} for name, values in choices.items()}
    values = [None] * len(rows)
    for row in rows:
        index = 0
        for name in names:
            index = index * len(choices[name]) + places[name][number_or_text(row[name])]
        values[index] = sign * statistics.fmean(float(row[name]) for name in repeats)
    return choices, values


def prepare(source, target):
    """Writes the tables as JSON and returns their paths."""
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for path in sorted(pathlib.Path(source).glob("*.csv.gz")):
        written = target / path.name.replace(".csv.gz", ".json")
        if not written.exists():
            choices, values = read(path)
            space = {name: {"choice": values_of} for name, values_of in choices.items()}
            written.write_text(json.dumps({"space": space, "values": values}))
        paths.append(written)
    return paths
