"""Writes the models that are inferred, with random weights, as `.keras` and `.onnx` files, and checks that onnxruntime and
OpenVINO compute from theirs what Keras computes. Arguments: folder, networks."""
import pathlib
import sys

import keras_start

keras_start.start("tensorflow", 1)
import keras  # noqa: E402
import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import openvino  # noqa: E402

import keras_networks  # noqa: E402
import onnx_graph  # noqa: E402


def spread_statistics(model, random):
    """Gives normalizations statistics as training leaves them, so that nothing of them can be left out."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            size = layer.gamma.shape
            layer.set_weights([random.uniform(0.8, 1.2, size), random.normal(0, 0.1, size), random.normal(0, 0.1, size),
                               random.uniform(0.1, 0.3, size)])


def check(name, given, expected):
    worst = np.abs(given - expected).max() / np.abs(expected).max()
    if not worst < 1e-3:
        sys.exit(f"write_models: {name} differs from Keras by {worst}")


def write(folder, network):
    random = np.random.default_rng(1)
    keras.utils.set_random_seed(1)
    model = getattr(keras_networks, network)()
    spread_statistics(model, random)
    path = folder / f"{network}.onnx"
    model.save(folder / f"{network}.keras")
    onnx_graph.write(model, path)
    rows = random.random((2, *model.input_shape[1:]), dtype="float32")
    expected = model(rows, training=False).numpy()
    first = np.ascontiguousarray(rows.transpose(0, 3, 1, 2))
    check("onnxruntime", onnxruntime.InferenceSession(path).run(None, {"image": first})[0], expected)
    check("OpenVINO", openvino.compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})([first])[0], expected)
    np.savez(folder / f"{network}_expected.npz", x=rows, expected=expected)


for name in sys.argv[2:]:
    write(pathlib.Path(sys.argv[1]), name)
