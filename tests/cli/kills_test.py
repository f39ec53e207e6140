"""A study is the same at one and two workers and after ten kills at random moments: trials, values, winner and the bytes
of the model. Takes the program from $SLUICE; $SLUICE_SLOW kills fifty times instead of ten."""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

repository = pathlib.Path(__file__).resolve().parents[2]
program = str(pathlib.Path(os.environ.get("SLUICE", repository / "build" / "sluice")).resolve())
kills = 50 if os.environ.get("SLUICE_SLOW") else 10

EXPERIMENT = """
name: kills
data: {train: {images: train-images.idx, labels: train-labels.idx}, test: {images: test-images.idx, labels: test-labels.idx},
       validation: 500}
model:
  - Rescaling: {scale: 0.00392156862745098}
  - Conv2D: {filters: 6, kernel_size: 5, padding: same, activation: relu}
  - MaxPooling2D: {pool_size: 2}
  - Flatten
  - Dense: {units: $units, activation: relu}
  - Dropout: {rate: 0.3}
  - Dense: {units: 10, activation: softmax}
fit:
  optimizer: {Adam: {learning_rate: $learning_rate}}
  loss: sparse_categorical_crossentropy
  metrics: [accuracy]
  batch_size: 32
  epochs: 4
defaults: {units: 32, learning_rate: 0.0001}
space:
  units: {int: [8, 64], log: true}
  learning_rate: {float: [0.00001, 0.01], log: true}
search: {sampler: tpe, pruner: asha, trials: TRIALS, objective: min val_loss, seed: 3}
""".replace("TRIALS", str(24 * kills // 10))  # Between two kills there is work.


def command(study, workers):
    return [program, "tune", "kills.yaml", "--study", study, "--workers", str(workers), "--json"]


def finish(folder, study, workers):
    done = subprocess.run(command(study, workers), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return json.loads(done.stdout)


def decisions(folder, study):
    """What the study decided and what came out, without what may differ: wall time, order of the lines."""
    records = [json.loads(line) for line in (folder / study / "journal.jsonl").read_text().splitlines()]
    jobs = {record["job"]: [record[key] for key in ("trial", "first_epoch", "last_epoch", "start", "cost", "slot", "params")]
            for record in records if record["kind"] == "job"}
    epochs = {(record["trial"], record["epoch"]): [record["objective"], record["metrics"]]
              for record in records if record["kind"] == "epoch"}
    return jobs, epochs


def outcome(folder, study, result):
    shown = {key: result[key] for key in ("trials", "completed", "pruned", "failed", "best", "default_test", "best_test")}
    return shown, (folder / study / "model.keras").read_bytes(), decisions(folder, study)


def kill_often(folder, study, seconds):
    """Kills the study again and again; `seconds` is how long it takes undisturbed. Returns how often its journal had
    grown since the kill before."""
    moments = random.Random(17)
    journal = folder / study / "journal.jsonl"
    grown, size = 0, 0
    for number in range(kills):
        process = subprocess.Popen(command(study, 2), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.05, 1.2 * seconds / kills))
        process.kill()
        if process.wait() == 0:
            print(f"the study ended before kill {number + 1}; from the start again, in half the time")
            shutil.rmtree(folder / study)
            return kill_often(folder, study, seconds / 2)
        found = journal.stat().st_size if journal.exists() else 0
        grown, size = grown + (found > size), found
    return grown


def main(folder):
    subprocess.run([sys.executable, str(pathlib.Path(__file__).with_name("make_data.py")), str(folder), "6000", "28", "10"], check=True)
    (folder / "kills.yaml").write_text(EXPERIMENT)
    expected = outcome(folder, "one", finish(folder, "one", 1))
    print(f"undisturbed, one worker: best {expected[0]['best']}")
    assert expected[0]["best"]["trial"] != 0, "the default wins; this test wants a searched winner"
    for study, workers in (("two", 2), ("killed", 2)):
        started = time.monotonic()
        if study == "killed":
            grown = kill_often(folder, study, seconds)
            print(f"killed {kills} times, {grown} times with more in the journal than at the kill before")
            assert grown >= kills // 3, "most kills came before any work: they show nothing"
        found = outcome(folder, study, finish(folder, study, workers))
        seconds = time.monotonic() - started
        assert found[0] == expected[0], f"{study}: {found[0]} instead of {expected[0]}"
        assert found[1] == expected[1], f"{study}: the model differs"
        assert found[2] == expected[2], f"{study}: decisions or scores differ"
        print(f"{study}: the same trials, winner and weights")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-kills-") as name:
        main(pathlib.Path(name))
