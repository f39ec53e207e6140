"""`sluice train` goes on with a model that Keras compiled, trained and saved, to the weights that Keras itself reaches: the
optimizer's state, its step and the place in its schedule are the file's. Takes the program from $SLUICE."""

import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np

repository = pathlib.Path(__file__).resolve().parents[2]
program = str(pathlib.Path(os.environ.get("SLUICE", repository / "build" / "sluice")).resolve())
experiment = "data: {train: {npz: rows.npz}}\nmodel: first.keras\nfit: {epochs: 2, batch_size: 16, shuffle: false}\n"

decay = keras.optimizers.schedules.ExponentialDecay
optimizers = {
    "adam": lambda: keras.optimizers.Adam(decay(0.02, decay_steps=5, decay_rate=0.7)),
    "momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "average": lambda: keras.optimizers.AdamW(0.01, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=7),
    "accumulation": lambda: keras.optimizers.RMSprop(0.01, gradient_accumulation_steps=3),
    "nadam": lambda: keras.optimizers.Nadam(0.01),
}


def network():
    return keras.Sequential([
        keras.Input((6,)), keras.layers.Dense(10, activation="tanh"), keras.layers.BatchNormalization(), keras.layers.Dense(3)])


def difference(name, folder):
    """The largest difference of a weight behind two more epochs of each, over what is tolerated."""
    keras.utils.set_random_seed(1)
    rows = np.random.default_rng(1)
    x, y = rows.normal(size=(90, 6)).astype("float32"), rows.normal(size=(90, 3)).astype("float32")
    np.savez(folder / "rows.npz", x=x, y=y)
    model = network()
    model.compile(optimizer=optimizers[name](), loss="mse", metrics=["mae"])
    fit = {"batch_size": 16, "shuffle": False, "verbose": 0}
    model.fit(x, y, epochs=1, **fit)
    model.save(folder / "first.keras")
    (folder / "next.yaml").write_text(experiment)
    subprocess.run([program, "train", "next.yaml", "--output", "next.keras", "--quiet"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    model = keras.models.load_model(folder / "first.keras")
    model.fit(x, y, epochs=2, **fit)
    ours = keras.models.load_model(folder / "next.keras")
    assert int(ours.optimizer.iterations) == int(model.optimizer.iterations), "another number of steps"
    pairs = zip(ours.get_weights(), model.get_weights(), strict=True)
    return max(float(np.max(np.abs(a - b) / (1e-5 + 1e-4 * np.abs(b)))) for a, b in pairs)


def main():
    failed = False
    for name in optimizers:
        with tempfile.TemporaryDirectory() as folder:
            found = difference(name, pathlib.Path(folder))
        failed = failed or not found <= 1
        print(f"{name}: weights differ by {found:.3g} of the tolerance")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
