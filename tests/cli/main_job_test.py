"""The main job, end to end: get MNIST, tune, be killed and go on, the same result as undisturbed on one worker, the model
in real Keras, predictions.

Takes the program from $SLUICE. Needs npm's registry and the oracles of `tools/setup test`.
"""

import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

repository = pathlib.Path(__file__).resolve().parents[2]
program = str(pathlib.Path(os.environ.get("SLUICE", repository / "build" / "sluice")).resolve())
experiment = str(repository / "examples" / "mnist" / "mnist.yaml")
tune = [program, "tune", experiment, "--trials", "6", "--set", "fit.epochs=2", "--json"]


def say(text):
    print(f"[{time.monotonic() - start:6.1f} s] {text}", flush=True)


def run(arguments, **options):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True, **options)
    return json.loads(done.stdout)


def get_data(folder):
    """Fetches MNIST into the folder."""
    done = subprocess.run([program, "datasets", "get", "mnist"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    say("datasets get mnist: " + done.stdout.strip())
    return folder / "data"


def count_results(journal):
    return journal.read_text().count('"kind":"result"') if journal.exists() else 0


def best_of(journal):
    """Number and accuracy of the best trial, by the journal alone; of equals the first."""
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    ended = [line for line in lines if line["kind"] == "result"]
    assert sorted(line["trial"] for line in ended) == list(range(6)), ended
    accuracies = {line["trial"]: line["value"] for line in ended}
    assert len(set(accuracies.values())) > 1, "all trials came to the same"
    return min(accuracies, key=lambda trial: (-accuracies[trial], trial)), max(accuracies.values())


def tune_killed(folder):
    """Starts the study, kills it when two trials have ended, and runs the same command again."""
    journal = folder / "studies" / "mnist" / "journal.jsonl"
    process = subprocess.Popen(tune + ["--workers", "2"], cwd=folder, stdout=subprocess.DEVNULL)
    while count_results(journal) < 2 and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "the study ended before it could be killed"
    say(f"killed after {count_results(journal)} trials")
    return run(tune + ["--workers", "2"], cwd=folder)


def read_idx(path):
    import numpy

    data = path.read_bytes() if path.exists() else gzip.decompress(path.with_name(path.name + ".gz").read_bytes())
    sizes = numpy.frombuffer(data, ">u4", count=data[3], offset=4)
    return numpy.frombuffer(data, "u1", offset=4 + 4 * data[3]).reshape(sizes)


def compare_with_keras(folder, data, result):
    """The accuracy must be the same, the predictions close."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    import keras
    import numpy

    model = keras.models.load_model(folder / "studies" / "mnist" / "model.keras")
    images = read_idx(data / "mnist" / "t10k-images-idx3-ubyte").astype("float32")[..., None]
    labels = read_idx(data / "mnist" / "t10k-labels-idx1-ubyte")
    accuracy = model.evaluate(images, labels, batch_size=500, verbose=0, return_dict=True)["accuracy"]
    say(f"Keras {keras.__version__}: accuracy {accuracy:.4f}, Sluice {result['best_test']['accuracy']:.4f}")
    assert abs(accuracy - result["best_test"]["accuracy"]) < 1e-6
    expected = model.predict(images, batch_size=500, verbose=0)
    found = numpy.load(folder / "p.npy")
    assert found.shape == expected.shape and found.dtype == numpy.float32
    share = (numpy.abs(found - expected) / (1e-5 + 1e-4 * numpy.abs(expected))).max()
    say(f"predictions differ by {share:.3f} of the tolerance at most")
    assert share <= 1


def main(folder):
    data = get_data(folder)
    killed = tune_killed(folder)
    say(f"tuned with a kill: best {killed['best']}, default {killed['default_test']}, best {killed['best_test']}")
    undisturbed = run(tune + ["--workers", "1", "--study", "undisturbed"], cwd=folder)
    say(f"tuned undisturbed with one worker: best {undisturbed['best']}")
    for key in ("trials", "completed", "failed", "best", "default_test", "best_test"):
        assert killed[key] == undisturbed[key], f"{key}: {killed[key]} and {undisturbed[key]}"
    best = best_of(folder / "studies" / "mnist" / "journal.jsonl")
    assert best == (killed["best"]["trial"], killed["best"]["value"]), f"best {killed['best']}, by the journal {best}"
    models = [(folder / result["model"]).read_bytes() for result in (killed, undisturbed)]
    assert models[0] == models[1], "the models differ"
    predict = [program, "predict", "studies/mnist/model.keras", "--data", "mnist/test", "--output", "p.npy", "--json"]
    say(f"predicted: {run(predict, cwd=folder)}")
    compare_with_keras(folder, data, killed)
    say("ok")


if __name__ == "__main__":
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sluice-main-") as name:
        main(pathlib.Path(name))
