"""Trains the networks of examples/ and, described by the very same files, in real Keras: on the test rows Sluice reaches
what Keras reaches, within the spread of the seeds. Fewer rows, epochs and seeds than in `make test-slow`, which prints a
table.
"""

import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")

import keras
import numpy as np

root = pathlib.Path(__file__).resolve().parents[2]
program = str(pathlib.Path(os.environ.get("SLUICE", root / "build" / "sluice")).resolve())
garments = pathlib.Path(os.environ.get("SLUICE_TEST_DATA", root.parent / "shared" / "data")) / "fashion-mnist"
slow = bool(os.environ.get("SLUICE_SLOW"))
seeds = [1, 2, 3] if slow else [1, 2]


def cut_garments(folder, file, rows):
    """Keeps the first rows of an IDX file."""
    data = gzip.decompress((garments / f"{file}.gz").read_bytes())
    dimensions = data[3]
    sizes = np.frombuffer(data, ">u4", dimensions, 4)
    count = min(rows, int(sizes[0]))
    header = data[:4] + np.array([count, *sizes[1:]], ">u4").tobytes()
    body = data[4 + 4 * dimensions:][:count * int(np.prod(sizes[1:]))]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{file}.gz").write_bytes(gzip.compress(header + body, 1))
    return np.frombuffer(body, np.uint8).reshape(count, *map(int, sizes[1:]))


def make_garments(folder, rows):
    """Returns images and labels for training, and for the test."""
    arrays = [cut_garments(folder / "data" / "fashion-mnist", file, count) for file, count in
              (("train-images-idx3-ubyte", rows), ("train-labels-idx1-ubyte", rows),
               ("t10k-images-idx3-ubyte", 5000), ("t10k-labels-idx1-ubyte", 5000))]
    return arrays[:2], arrays[2:]


def resnet(folder):
    (x, y), (test_x, test_y) = make_garments(folder, 12500)
    return (x[..., None], y), (test_x[..., None], test_y)


def autoencoder(folder):
    (x, _), (test_x, _) = make_garments(folder, 25000 if slow else 4000)
    return (x[..., None], x[..., None].astype("float32")), (test_x[..., None], test_x[..., None].astype("float32"))


def diamonds(folder):
    subprocess.run([sys.executable, root / "examples" / "diamonds" / "get_data.py", folder / "data" / "diamonds"], check=True)
    parts = []
    for name in ("train", "test"):
        arrays = np.load(folder / "data" / "diamonds" / f"{name}.npz")
        parts.append(({"stone": arrays["stone"], "grades": arrays["grades"]}, arrays["y"]))
    return parts


# Name, data, rows held back for validation, epochs (0: too slow for `make test`), epochs in `make test-slow`, what is compared.
EXAMPLES = [
    ("diamonds/diamonds.yaml", diamonds, 4000, 5, 10, "loss"),
    ("fashion_mnist/autoencoder.yaml", autoencoder, 500, 1, 3, "loss"),
    ("fashion_mnist/resnet20.yaml", resnet, 500, 0, 4, "accuracy"),
]


def train(folder, example, seed, epochs, validation):
    done = subprocess.run([program, "train", f"examples/{example}", "--seed", str(seed), "--output", f"{seed}.keras", "--json",
                           "--quiet", "--set", f"fit.epochs={epochs}", "--set", f"data.validation={validation}"],
                          cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def cut(x, rows):
    return {name: values[:rows] for name, values in x.items()} if isinstance(x, dict) else x[:rows]


def train_keras(path, seed, epochs, training, test):
    """Trains the description in a model file anew. Statistics of the data stay as they are in the file."""
    keras.utils.set_random_seed(seed)
    saved = keras.models.load_model(path)
    model = keras.models.clone_model(saved)
    for layer, before in zip(model.layers, saved.layers):
        if isinstance(layer, keras.layers.Normalization):
            layer.set_weights(before.get_weights())
            layer.finalize_state()
    model.compile_from_config(saved.get_compile_config())
    model.fit(*training, batch_size=128, epochs=epochs, verbose=0)
    return model.evaluate(*test, verbose=0, return_dict=True)


def compare(example, data, validation, epochs, score):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copytree(root / "examples", folder / "examples")
        (x, y), test = data(folder)
        rows = len(y) - validation
        results = [train(folder, example, seed, epochs, validation) for seed in seeds]
        ours = [result["test"][score] for result in results]
        seconds = statistics.mean(result["seconds"] for result in results)
        model = str(folder / f"{seeds[0]}.keras")
        theirs = [train_keras(model, seed, epochs, (cut(x, rows), y[:rows]), test)[score] for seed in seeds]
    spread = max(max(values) - min(values) for values in (ours, theirs))
    shown = lambda values: " ".join(f"{value:.4f}" for value in values)
    print(f"{example}: {rows} rows, {epochs} epochs ({seconds:.1f} s): {score} on the test: Sluice {shown(ours)}, Keras {shown(theirs)}",
          flush=True)
    better = 1 if score == "accuracy" else -1
    behind = better * (statistics.mean(theirs) - statistics.mean(ours))
    assert behind <= spread, f"{example}: behind Keras by {behind:.4f}, more than the spread of the seeds, {spread:.4f}"


if __name__ == "__main__":
    if not garments.is_dir():
        print(f"skipped: no {garments}")
        sys.exit(77)
    for example, data, validation, quick_epochs, slow_epochs, score in EXAMPLES:
        epochs = slow_epochs if slow else quick_epochs
        if epochs > 0:
            compare(example, data, validation, epochs, score)
        else:
            print(f"{example}: left to make test-slow")
