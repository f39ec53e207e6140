"""What `sluice check` says a trial takes is what training takes, within a quarter. Takes the program from $SLUICE."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

repository = pathlib.Path(__file__).resolve().parents[2]
program = str(pathlib.Path(os.environ.get("SLUICE", repository / "build" / "sluice")).resolve())

EXPERIMENT = """
data: {{train: {{images: train-images.idx, labels: train-labels.idx}}, validation: 32}}
model: {model}
fit:
  optimizer: {optimizer}
  loss: sparse_categorical_crossentropy
  batch_size: {batch_size}
  epochs: 2
"""

CASES = {
    "dense": ("[Flatten, {Dense: {units: 3000}}, {Dense: {units: 3000}}, {Dense: {units: 4, activation: softmax}}]", "Adam", 32),
    "momentum": ("[Flatten, {Dense: {units: 9000}}, {Dense: {units: 900}}, {Dense: {units: 4, activation: softmax}}]",
                 "{SGD: {learning_rate: 1.0e-9, momentum: 0.9}}", 64),
    "images": ("[{Conv2D: {filters: 24, kernel_size: 3, activation: relu}}, {Conv2D: {filters: 24, kernel_size: 3}}, Flatten, "
               "{Dense: {units: 4, activation: softmax}}]", "{SGD: {learning_rate: 1.0e-9}}", 480),
}


def run(folder, *arguments):
    """Returns what the program printed, and the most memory it had."""
    process = subprocess.Popen([program, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, (arguments, status, text)
    return text, 1024 * usage.ru_maxrss


def main(folder):
    make_data = pathlib.Path(__file__).with_name("make_data.py")
    subprocess.run([sys.executable, str(make_data), str(folder), "512", "24", "4"], check=True)
    alone = run(folder, "--version")[1]
    for name, (model, optimizer, batch_size) in CASES.items():
        (folder / f"{name}.yaml").write_text(EXPERIMENT.format(model=model, optimizer=optimizer, batch_size=batch_size))
        checked = json.loads(run(folder, "check", f"{name}.yaml", "--json")[0])
        expected = alone + checked["data_memory"] + checked["memory"]
        taken = run(folder, "train", f"{name}.yaml")[1]
        print(f"{name}: {taken >> 20} MB taken, {expected >> 20} MB expected", flush=True)
        assert 0.75 < expected / taken < 1.25, f"{name}: {expected} bytes expected, {taken} taken"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-memory-") as name:
        main(pathlib.Path(name))
