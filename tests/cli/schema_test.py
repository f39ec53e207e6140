"""`sluice schema` against real experiments and against `sluice check`, with jsonschema.

The schema is one itself; it takes every experiment of the repository, and every class that `sluice help` knows with its
defaults. Then experiments are changed at random places: what `sluice check` takes the schema must take too, and a key that
nobody knows it must refuse.
"""

import copy
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

import make_data

repository = pathlib.Path(__file__).resolve().parents[2]
program = pathlib.Path(os.environ.get("SLUICE", repository / "build" / "sluice")).resolve()
CHANGES = 1500 if os.environ.get("SLUICE_SLOW") else 200
WRONG_VALUES = [None, True, -1, 0, 1, 2.5, "", "text", "$name", [], [1, 2], {}, {"relu": None}]

LIKE = {int: [1, 2, 16.0, "$units", "$(units // 2)"], float: [0.25, 1, 0.01, "$learning_rate"],
        str: ["relu", "softmax", "mse", "$units", "tanh"]}


class Yaml12(yaml.SafeLoader):
    """Plain scalars as in YAML 1.2: `1e-3` is a number, `yes` is text."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":float", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Yaml12.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"),
    list("-+.0123456789"),
)


def output_of(*arguments):
    return json.loads(subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout)


def experiments():
    """Every experiment file of the repository by its path."""
    files = [file for folder in ("examples", "bench", "tests") for file in sorted((repository / folder).rglob("*.yaml"))]
    assert len(files) > 8, files
    return {file: yaml.load(file.read_text(), Yaml12) for file in files}


def uses(kind, name, parameters):
    """An experiment that names this class."""
    named = {name: parameters}
    parts = {"layer": {"model": [named]}, "optimizer": {"fit": {"optimizer": named}}, "loss": {"fit": {"loss": named}},
             "metric": {"fit": {"metrics": [named]}}, "schedule": {"fit": {"schedule": named}},
             "callback": {"fit": {"callbacks": [named]}}, "sampler": {"search": {"sampler": named}},
             "pruner": {"search": {"pruner": named}},
             "initializer": {"model": [{"Dense": {"units": 1, "kernel_initializer": named}}]},
             "regularizer": {"model": [{"Dense": {"units": 1, "kernel_regularizer": named}}]},
             "constraint": {"model": [{"Dense": {"units": 1, "kernel_constraint": named}}]},
             "activation": {"model": [{"Dense": {"units": 1, "activation": name}}]}}
    return {"data": {"train": "mnist/train"}, "model": [], "fit": {}} | parts[kind]


def refusals(validator, experiment):
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in validator.iter_errors(experiment)]


def check_references(schema, part):
    if isinstance(part, dict):
        target = part.get("$ref")
        assert target is None or target.removeprefix("#/$defs/") in schema["$defs"], target
        for value in part.values():
            check_references(schema, value)
    elif isinstance(part, list):
        for value in part:
            check_references(schema, value)


def described(kind, name):
    """What `sluice help` says of the name as one of this kind."""
    shown = output_of("help", name, "--json")
    return next(topic for topic in [shown, *shown.get("also", [])] if topic["kind"] == kind)


def check_classes(validator):
    """Classes with their defaults, each in a place for its kind; one whose parameters must be given is refused without."""
    count = 0
    for topic in output_of("help", "--json")["topics"]:
        for name in topic["doc"].split(", "):
            parameters = described(topic["name"], name)["parameters"]
            given = {p["name"]: p["default"] for p in parameters if p["default"] is not None}
            found = refusals(validator, uses(topic["name"], name, given))
            required = [p["name"] for p in parameters if p["required"]]
            if required:
                assert found, f"{name} without {required[0]}"
            else:
                assert not found, f"{name}: {found[0]}"
            count += 1
    assert count > 150, count
    return count


def places(part, path=()):
    """The paths of all parts of an experiment."""
    entries = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in entries:
        yield path + (key,)
        yield from places(value, path + (key,))


def part_at(whole, path):
    for key in path:
        whole = whole[key]
    return whole


def is_known_key(path):
    """Whether other keys may not stand there. Names of the user's own may: outputs, choices, values."""
    return path[0] not in ("defaults", "space") and "Choose" not in path[:-1] and path[:2] not in (
        ("fit", "loss"), ("fit", "metrics"), ("fit", "loss_weights"), ("fit", "class_weight"))


def changed(experiment, random):
    """A copy with one part renamed, left out or replaced, and whether nobody can know its key."""
    other = copy.deepcopy(experiment)
    path = random.choice([path for path in places(other) if path != ("data",)])
    holder, key = part_at(other, path[:-1]), path[-1]
    change = random.randrange(4)
    if change == 0 and isinstance(key, str):
        holder[f"{key}_x"] = holder.pop(key)
        return other, is_known_key(path)
    if change == 1:
        del holder[key]
    elif change == 2 and type(holder[key]) in LIKE:
        holder[key] = random.choice(LIKE[type(holder[key])])
    else:
        holder[key] = random.choice(WRONG_VALUES)
    return other, False


def is_taken(folder, experiment):
    file = folder / "changed.yaml"
    file.write_text(json.dumps(experiment))
    run = subprocess.run([program, "check", file, "--quiet"], cwd=folder, capture_output=True, text=True)
    assert run.returncode in (0, 2), run.stderr
    return run.returncode == 0


def check_changes(validator, start):
    """Returns how many changes were taken and how many refused."""
    counts = {True: 0, False: 0}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_data.make(folder, rows=96, size=8, classes=4)
        assert is_taken(folder, start)
        for seed in range(CHANGES):
            experiment, unknown = changed(start, random.Random(seed))
            taken, found = is_taken(folder, experiment), refusals(validator, experiment)
            assert not (taken and found), f"{seed}: `sluice check` takes it, the schema does not: {found}\n{experiment}"
            assert not (unknown and not found), f"{seed}: the schema takes an unknown key\n{experiment}"
            counts[taken] += 1
    assert min(counts.values()) > CHANGES / 10, counts
    return counts


def main():
    schema = output_of("schema")
    jsonschema.Draft202012Validator.check_schema(schema)
    check_references(schema, schema)
    validator = jsonschema.Draft202012Validator(schema)
    files = experiments()
    for file, experiment in files.items():
        assert not refusals(validator, experiment), f"{file}: {refusals(validator, experiment)}"
    classes = check_classes(validator)
    counts = check_changes(validator, files[repository / "tests" / "cli" / "tiny.yaml"])
    print(f"{len(files)} experiments, {classes} classes, {counts[True]} changes taken, {counts[False]} refused")


if __name__ == "__main__":
    sys.exit(main())
