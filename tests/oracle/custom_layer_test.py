"""A layer of one's own (examples/custom_layer) goes through `.keras` files in both directions by its registered name.
Takes the programs from the folder of $SLUICE."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np

repository = pathlib.Path(__file__).resolve().parents[2]
sluice = pathlib.Path(os.environ.get("SLUICE", repository / "build" / "sluice")).resolve()
program = sluice.parent / "custom_layer"


@keras.saving.register_keras_serializable(package="Example")
class ChannelScale(keras.layers.Layer):
    def __init__(self, initial=1.0, **others):
        super().__init__(**others)
        self.initial = initial

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer=keras.initializers.Constant(self.initial), name="scale")

    def call(self, x):
        return x * self.scale

    def get_config(self):
        return super().get_config() | {"initial": self.initial}


def run(*arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


def predictions(folder, file, x):
    np.save(folder / "x.npy", x)
    done = run("predict", file, folder / "x.npy", folder / "y.npy")
    assert done.returncode == 0, done.stderr
    return np.load(folder / "y.npy")


def check_ours(folder, x):
    """Keras opens what we trained, and goes on."""
    done = run("train", folder / "ours.keras")
    assert done.returncode == 0, done.stderr
    losses = [float(line.split()[-1]) for line in done.stdout.splitlines()]
    assert losses[-1] < 0.2 * losses[0], losses
    model = keras.saving.load_model(folder / "ours.keras")
    assert type(model.layers[0]) is ChannelScale and model.layers[0].initial == 0.5
    scale = np.asarray(model.layers[0].scale)
    assert scale.std() > 0.01, f"it was not trained: {scale}"
    np.testing.assert_allclose(predictions(folder, folder / "ours.keras", x), model(x), rtol=1e-4, atol=1e-5)
    assert int(model.optimizer.iterations) == 80
    model.train_on_batch(x, np.zeros((len(x), 2), "float32"))


def check_keras(folder, x):
    """We open what Keras saved."""
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(3)(ChannelScale(initial=2.0)(inputs)))
    model.save(folder / "theirs.keras")
    np.testing.assert_allclose(predictions(folder, folder / "theirs.keras", x), model(x), rtol=1e-4, atol=1e-5)


def check_refusals(folder):
    """A program that has not registered the layer says so, and nothing of the file runs."""
    done = subprocess.run([sluice, "inspect", str(folder / "theirs.keras"), "--json"], capture_output=True, text=True)
    message = json.loads(done.stdout)["error"]["message"]
    assert done.returncode == 2 and 'no layer is registered as "Example>ChannelScale"' in message, message
    with zipfile.ZipFile(folder / "theirs.keras") as members, zipfile.ZipFile(folder / "other.keras", "w") as changed:
        for name in members.namelist():
            changed.writestr(name, members.read(name).replace(b"Example>", b"Another>"))
    done = run("predict", folder / "other.keras", folder / "x.npy", folder / "y.npy")
    assert done.returncode == 1 and '"Another>ChannelScale"' in done.stderr, done.stderr


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-custom-") as name:
        folder, x = pathlib.Path(name), np.random.default_rng(1).normal(size=(9, 4)).astype("float32")
        check_ours(folder, x)
        check_keras(folder, x)
        check_refusals(folder)
        sys.exit(0)
