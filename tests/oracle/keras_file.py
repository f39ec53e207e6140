"""Real Keras against Sluice's .keras files, in both directions.

keras_file.py golden DIR   writes models with inputs, predictions and one more training step to DIR/<Keras version>:
                           the files below tests/golden/keras, read by keras_oracle_test.cc
keras_file.py check DIR    loads every NAME.keras below DIR, which Sluice wrote together with NAME.npz, and compares
keras_file.py accuracy MODEL IMAGES LABELS   prints the accuracy of a model on raw IDX files

Arrays of a .npz: x0, x1, … inputs; y0, y1, … predictions; label0, … labels; next0, … predictions after one more step
on all rows at once; iterations, the steps taken before it (-1: the optimizer has no state).
"""

import gzip
import json
import os
import pathlib
import sys
import warnings
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np

import keras
from keras import layers


def numbered(arrays, prefix):
    names = [name for name in arrays if name.startswith(prefix) and name[len(prefix):].isdigit()]
    return [arrays[name] for name in sorted(names, key=lambda name: int(name[len(prefix):]))]


def as_list(value):
    """A map in the order of its keys, as the graph has its outputs."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def single(values):
    return values[0] if len(values) == 1 else values


def predictions(model, inputs):
    return [np.asarray(y) for y in as_list(model(single(inputs), training=False))]


def train(model, inputs, labels, steps):
    outputs = getattr(model, "output", None)  # A Sequential that was not called has none.
    labels = dict(zip(sorted(outputs), labels)) if isinstance(outputs, dict) else single(labels)
    for _ in range(steps):
        model.train_on_batch(single(inputs), labels)


# --- golden files ---


def convolutional():
    """Every layer of the first issue."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Rescaling(0.5, offset=-0.1),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(5, (3, 2), strides=(1, 2), use_bias=False, activation=keras.activations.tanh),
            layers.AveragePooling2D((2, 1), strides=1, padding="same"),
            layers.Activation("sigmoid"),
            layers.Flatten(),
            layers.Dropout(0.25, seed=7),
            layers.Dense(3, activation="softmax", name="classes"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, [(8, 8, 1)], [("classes", 3)]


def dense_adam():
    model = keras.Sequential(
        [layers.Dense(7, activation="tanh"), layers.Dense(6, activation="relu"), layers.Dense(4, activation="softmax")],
        name="dense_adam",
    )
    model.build((None, 5))
    model.compile(
        keras.optimizers.Adam(0.02, beta_1=0.8, epsilon=1e-5),
        keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy"), "mae"],
    )
    return model, [(5,)], [("one_hot", 4)]


def shared_sgd():
    """Two inputs, a layer that both go through, two outputs, and an order of layers that is not that of creation."""
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    shared = layers.Dense(4, activation="relu", name="shared")
    b = layers.Dense(3, activation="sigmoid", name="late")(shared(right))
    a = layers.Dense(2, activation="softmax", name="early")(layers.Dense(5, name="middle")(shared(left)))
    model = keras.Model([left, right], [b, a], name="shared_sgd")
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        loss={"late": "mse", "early": keras.losses.SparseCategoricalCrossentropy()},
        metrics={"early": ["accuracy"], "late": ["mae"]},
    )
    return model, [(6,), (6,)], [("values", 3), ("classes", 2)]


def nested():
    """Models as layers: one called twice with two outputs that holds another, and one whose layers' names are taken."""
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="tanh", name="dense"),
                              layers.BatchNormalization(name="norm")], name="inner")
    x = keras.Input((5,), name="x")
    squeezed = layers.Dense(3, name="squeezed")(x)
    tower = keras.Model(x, [layers.Dense(2, name="small")(inner(squeezed)), squeezed], name="tower")
    left, right = keras.Input((5,), name="left"), keras.Input((5,), name="right")
    (a, b), (c, d) = tower(left), tower(right)
    late = keras.Sequential([layers.Dense(4, activation="relu", name="dense"), layers.Dense(3, name="norm")], name="late")
    model = keras.Model([left, right], late(layers.Concatenate(name="both")([a, d, c, b])), name="nested")
    model.compile(keras.optimizers.Adam(0.02), "mse")
    return model, [(5,), (5,)], [("values", 3)]


def mapped():
    """Outputs in a map whose keys are not the names of the layers, nor in their order."""
    left, right = keras.Input((4,), name="left"), keras.Input((3,), name="right")
    both = layers.Concatenate()([left, right])
    outputs = {"zout": layers.Dense(3, activation="softmax", name="cls")(both), "aout": layers.Dense(2, name="reg")(both)}
    model = keras.Model([left, right], outputs, name="mapped")
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.5),
        loss={"zout": "sparse_categorical_crossentropy", "aout": "mse"},
        loss_weights={"zout": 0.5, "aout": 2.0},
        metrics={"zout": ["accuracy"]},
    )
    return model, [(4,), (3,)], [("values", 2), ("classes", 3)]


def plain():
    """Functional with one input and one output; never compiled."""
    x = keras.Input((4,), name="x")
    y = layers.Dense(2, activation="linear")(layers.Activation("relu")(layers.Dense(3)(x)))
    return keras.Model(x, y, name="plain"), [(4,)], []


def make_labels(rng, rows, kind, size):
    if kind == "classes":
        return rng.integers(0, size, rows).astype("int32")
    if kind == "one_hot":
        return np.eye(size, dtype="float32")[rng.integers(0, size, rows)]
    return rng.random((rows, size), dtype="float32")


def deflate(path):
    """Packs the members: Keras stores them."""
    with zipfile.ZipFile(path) as stored:
        members = [(name, stored.read(name)) for name in stored.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)


def write_golden(folder, make, rows=6):
    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(5)
    model, shapes, outputs = make()
    inputs = [rng.standard_normal((rows, *shape), dtype="float32") for shape in shapes]
    labels = [make_labels(rng, rows, *output) for output in outputs]
    if labels:
        train(model, inputs, labels, 3)
    name = make.__name__
    model.save(folder / f"{name}.keras")
    deflate(folder / f"{name}.keras")
    arrays = {f"x{i}": x for i, x in enumerate(inputs)} | {f"label{i}": y for i, y in enumerate(labels)}
    arrays |= {f"y{i}": y for i, y in enumerate(predictions(model, inputs))}
    if labels:
        arrays["iterations"] = np.int64(model.optimizer.iterations)
    if labels and not any(isinstance(layer, layers.Dropout) for layer in model.layers):
        train(model, inputs, labels, 1)
        arrays |= {f"next{i}": y for i, y in enumerate(predictions(model, inputs))}
    np.savez_compressed(folder / f"{name}.npz", **arrays)


def golden(folder):
    folder = folder / keras.__version__
    folder.mkdir(parents=True, exist_ok=True)
    for make in (convolutional, dense_adam, shared_sgd, plain, nested, mapped):
        write_golden(folder, make)


# --- files that Sluice wrote ---


def expect_close(name, what, got, expected):
    assert len(got) == len(expected), f"{name}: {what}: {len(got)} outputs, expected {len(expected)}"
    for a, b in zip(got, expected):
        assert a.shape == b.shape, f"{name}: {what}: shape {a.shape}, expected {b.shape}"
        worst = np.max(np.abs(a - b) - 1e-5 - 1e-4 * np.abs(b))
        assert worst <= 0, f"{name}: {what}: differs by {worst} more than allowed"


def check_file(path):
    name, arrays = path.stem, dict(np.load(path.with_suffix(".npz")))
    with warnings.catch_warnings():
        if int(arrays["iterations"]) >= 0:
            warnings.simplefilter("error")  # Keras only warns when it skips the optimizer's state.
        model = keras.saving.load_model(path)
    inputs, labels = numbered(arrays, "x"), numbered(arrays, "label")
    expect_close(name, "prediction", predictions(model, inputs), numbered(arrays, "y"))
    assert bool(labels) == model.compiled, f"{name}: compiled: {model.compiled}"
    if labels:
        steps = max(int(arrays["iterations"]), 0)
        taken = int(model.optimizer._iterations)  # Those, too, that only accumulated gradients.
        assert taken == steps, f"{name}: {taken} steps"
        train(model, inputs, labels, 1)
        expect_close(name, "prediction after one more step", predictions(model, inputs), numbered(arrays, "next"))
    check_layer_order(path, model)


def check_layer_order(path, model):
    """Weights are found by counting layers, so Keras must list them in the order that Sluice wrote."""
    with zipfile.ZipFile(path) as members:
        written = json.loads(members.read("config.json"))["config"]["layers"]
    names = [layer["config"]["name"] for layer in written]
    expected = [layer["config"]["name"] for layer in model.get_config()["layers"]]
    assert names == expected, f"{path.stem}: layers {names}, Keras has {expected}"


def check(folder):
    paths = sorted(folder.glob("*.keras"))
    assert paths, f"no .keras files in {folder}"
    for path in paths:
        check_file(path)
    print(f"{len(paths)} files agree")


def read_idx(path):
    data = pathlib.Path(path).read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    sizes = np.frombuffer(data, ">i4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)


def accuracy(model, images, labels):
    model = keras.saving.load_model(model)
    x = read_idx(images).astype("float32").reshape(-1, *model.input_shape[1:])
    y = model.predict(x, batch_size=500, verbose=0).argmax(axis=1)
    print(float((y == read_idx(labels)).mean()))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"golden": golden, "check": check, "accuracy": accuracy}[command](*map(pathlib.Path, arguments))
