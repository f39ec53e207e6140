"""Runs every snippet of docs/getting-started.md and of README.md, in one folder, on a part of MNIST, and looks for what
they should print; compares the synopsis and the JSON of docs/cli.md with the program, and docs/formats/model.md with a model; checks every
experiment and every part of one in docs/experiment.md.

Takes the program from $SLUICE and MNIST from $SLUICE_TEST_DATA. What installs, clones or fetches is left out (`left_out`).
"""

import gzip
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import zipfile

import make_data
import numpy

repository = pathlib.Path(__file__).resolve().parents[2]
program = pathlib.Path(os.environ.get("SLUICE", repository / "build" / "sluice")).resolve()
rows = {"train": 6000, "t10k": 500}


def shorten(source, target):
    """Writes the first rows of an IDX file."""
    count = rows[target.name.split("-")[0]]
    with gzip.open(source) as file:
        head = file.read(4)
        sizes = struct.unpack(f">{head[3]}I", file.read(4 * head[3]))
        data = file.read(count * (sizes[1] * sizes[2] if head[3] == 3 else 1))
    target.write_bytes(head + struct.pack(f">{head[3]}I", count, *sizes[1:]) + data)


def make_folder(folder, data):
    (folder / "data" / "mnist").mkdir(parents=True)
    for source in sorted((data / "mnist").glob("*.gz")):
        shorten(source, folder / "data" / "mnist" / source.stem)
    (folder / "examples").symlink_to(repository / "examples")
    (folder / "build").mkdir()
    (folder / "build" / "sluice").symlink_to(program)


# Left to `make demo` and the main job.
left_out = ("git clone", "make demo", "datasets get")

# What a command of a snippet must print.
expected = {
    "sluice check examples/mnist/mnist.yaml": r"^parameters +[0-9,]+",
    "sluice train examples/mnist/mnist.yaml --set fit.epochs=2 --output first.keras": r"^model: +first\.keras$",
    "sluice tune examples/mnist/mnist.yaml --trials 6 --set fit.epochs=2 --study studies/first": r"^test accuracy +0\.\d+ +0\.\d+$",
    "sluice inspect studies/first": r"^studies/first: 6 trials, 6 completed",
    "sluice evaluate studies/first/model.keras --data mnist/test": r"^accuracy +0\.\d+$",
    "sluice predict studies/first/model.keras --data mnist/test --output predictions.npy": r"^500 rows .* predictions\.npy$",
    "sluice train examples/mnist/mnist.yaml --set defaults.neurons=512 --set defaults.learning_rate=0.001 --set fit.epochs=5 --output longer.keras": r"^model: +longer\.keras$",
    "sluice inspect studies/mnist/model.keras": r"compiled with SGD",
    "sluice evaluate studies/mnist/model.keras --data mnist/test": r"^accuracy +0\.\d+$",
    "sluice predict studies/mnist/model.keras --data mnist/test --output predictions.npy": r"^500 rows .* predictions\.npy$",
    "sluice help": r"^ +tune ",
    "sluice help Conv2D": r"filters",
    "sluice init mnist": r"^wrote mnist\.yaml$",
    "sluice datasets": r"^mnist",
    "import keras": r"^\(500, 10\)$",
    "import numpy": r"^$",
}


def run(language, code, folder):
    command = [sys.executable, "-c", code] if language == "python" else ["bash", "-ec", code]
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}", CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
    environment.pop("SLUICE_DATA", None)
    print(f"--- {language or 'shell'}\n{code}", flush=True)
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    assert done.returncode == 0, f"exit status {done.returncode}"
    return done.stdout


def words_of(command):
    return command.replace("build/sluice", "sluice").split()


def check_output(command, output):
    patterns = [pattern for known, pattern in expected.items() if known.split() == words_of(command)]
    assert patterns, f"no expectation of what is printed by: {command}"
    assert re.search(patterns[0], output, re.M), f"{command}: nothing matches {patterns[0]}"
    return patterns[0]


def blocks(path):
    return re.findall(r"^```(\w*)\n(.*?)^```", path.read_text(), re.M | re.S)


def run_blocks(path, folder):
    """Runs the snippets of a page; returns the patterns that were found."""
    found = set()
    for language, code in blocks(path):
        if any(text in code for text in left_out):
            continue
        if language == "python":
            found.add(check_output(code.splitlines()[0], run(language, code, folder)))
        else:
            for command in code.strip().splitlines():
                found.add(check_output(command, run(language, command, folder)))
    return found


def run_inline(path, folder):
    """Runs the commands that stand in the text of a page, without those that hold a word in capitals for something else."""
    found = set()
    for command in re.findall(r"`(build/sluice [^`]*)`", path.read_text()):
        found.add(check_output(command, run("", command, folder)))
    return found


def check_reference(folder):
    """The synopsis names every command and its own flags; the JSON of `tune` has the documented keys."""
    (synopsis, example) = [code for language, code in blocks(repository / "docs" / "cli.md")]
    commands = re.findall(r"^sluice (\w+)", synopsis, re.M)
    assert commands == re.findall(r"^  (\w+) ", run("", "sluice help", folder), re.M)[: len(commands)], commands
    for line in synopsis.splitlines():
        flags = re.findall(r"--[\w-]+", run("", f"sluice help {line.split()[1]}", folder))
        for flag in re.findall(r"--[\w-]+", line):
            assert flag in flags, f"{line.split()[1]} has no {flag}"
    printed = json.loads(run("", "sluice tune examples/mnist/mnist.yaml --trials 6 --set fit.epochs=2 --json", folder))
    documented = json.loads(example)
    assert list(printed) == list(documented), list(printed)
    for key in ("best", "default_test", "best_test"):
        assert list(printed[key]) == list(documented[key]), printed[key]


def check_model_format(folder):
    """The model of a study has the documented members, of the zip and of sluice.json."""
    documented = re.findall(r"^\| `([\w.]+)` \|", (repository / "docs" / "formats" / "model.md").read_text(), re.M)
    with zipfile.ZipFile(folder / "studies" / "mnist" / "model.keras") as model:
        found = model.namelist() + list(json.loads(model.read("sluice.json")))
    assert found == documented, found


def sections(text):
    """The parts of an experiment by their key."""
    return {part.split(":")[0]: part for part in re.split(r"^(?=\w)", text, flags=re.M) if part}


def make_data_of_experiments(folder):
    make_data.make(folder, rows=96, size=8, classes=4)
    draw = numpy.random.default_rng(1)
    rows = 320
    numpy.savez(folder / "people.npz",
                picture=draw.integers(0, 256, (rows, 8, 8), dtype="uint8"), town=draw.integers(0, 50, (rows, 1), dtype="int32"),
                age=draw.normal(40, 10, (rows, 1)).astype("float32"), group=draw.integers(0, 4, rows, dtype="int32"))


def check_experiments(folder):
    """The first snippet is a whole file; each of the others takes the place of its sections there."""
    make_data_of_experiments(folder)
    snippets = [code for language, code in blocks(repository / "docs" / "experiment.md") if language == "yaml"]
    whole = sections(snippets[0])
    for number, snippet in enumerate(snippets):
        text = "".join({**whole, **sections(snippet)}.values())
        (folder / "snippet.yaml").write_text(text)
        output = run("", "sluice check snippet.yaml", folder)
        assert re.search(expected["sluice check examples/mnist/mnist.yaml"], output, re.M), f"snippet {number}"
    assert number > 5


def main(folder):
    data = pathlib.Path(os.environ.get("SLUICE_TEST_DATA", repository.parent / "shared" / "data")).resolve()
    if not (data / "mnist").is_dir():
        print(f"skipped: there is no {data / 'mnist'}")
        return 77
    make_folder(folder, data)
    check_reference(folder)  # Leaves the study of `make demo`, a smaller one, where README looks for it.
    check_model_format(folder)
    found = run_blocks(repository / "docs" / "getting-started.md", folder)
    found |= run_blocks(repository / "README.md", folder)
    found |= run_inline(repository / "README.md", folder)
    assert found == set(expected.values()), f"no page has a command for {set(expected.values()) - found}"
    check_experiments(folder)
    return 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-docs-") as name:
        sys.exit(main(pathlib.Path(name)))
