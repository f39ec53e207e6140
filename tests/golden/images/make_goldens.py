"""Writes what real Keras makes of images by given transforms: images.json.
Run: .cache/test-env/bin/python tests/golden/images/make_goldens.py"""
import json
import os
import pathlib

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="tensorflow")
import keras
import numpy as np
from keras import layers as L

FOLDER = pathlib.Path(__file__).parent
SHAPES = [(5, 6, 1), (4, 19, 1), (4, 5, 3), (1, 3, 1)]
# Halves of pixels are exact where there are any: rounding decides about the nearest pixel.
TRANSFORMS = {
    "turned": [0.8123, -0.5832, 1.317, 0.5832, 0.8123, -0.713, 0, 0],
    "shifted": [1, 0, -2.5, 0, 1, 1.25, 0, 0],
    "far": [1, 0, 41.3, 0, 1, -37.2, 0, 0],
    "smaller": [3.137, 0.213, -4.231, -0.127, 2.713, -3.319, 0, 0],
    "larger": [0.313, 0.0517, 0.923, 0.0213, 0.411, 0.617, 0, 0],
}


def image(random, shape):
    return np.round(random.uniform(-1, 1, (1, *shape)), 2).astype("float32")


def listed(array):
    return [float(f"{value:.7g}") for value in np.asarray(array).ravel()]


def affine(random):
    for shape in SHAPES:
        x = image(random, shape)
        for name, transform in TRANSFORMS.items():
            for fill_mode in ("constant", "reflect", "wrap", "nearest"):
                for interpolation in ("nearest", "bilinear"):
                    y = keras.ops.image.affine_transform(x, np.array(transform, "float32"), interpolation=interpolation,
                                                         fill_mode=fill_mode, fill_value=0.5)
                    yield {"name": name, "fill_mode": fill_mode, "interpolation": interpolation, "fill_value": 0.5,
                           "transform": transform[:6], "shape": shape, "x": listed(x), "y": listed(y)}


def contrast(random):
    for shape in SHAPES[:3]:
        x = image(random, shape)
        for factor in (0.3, 1.0, 1.9):
            layer = L.RandomContrast(0.9, value_range=(-0.9, 0.7))
            y = layer.transform_images(x, {"contrast_factor": np.full((1, 1, 1, 1), factor, "float32")})
            yield {"shape": shape, "factor": factor, "shift": 0.0, "range": [-0.9, 0.7], "x": listed(x), "y": listed(y)}
        for delta in (-0.4, 0.3):
            layer = L.RandomBrightness(0.9, value_range=(-0.9, 0.7))
            y = layer.transform_images(x, {"rgb_delta": np.full((1, 1, 1, 1), delta, "float32")})
            yield {"shape": shape, "factor": 1.0, "shift": delta, "range": [-0.9, 0.7], "x": listed(x), "y": listed(y)}


def layers(random):
    """Layers whose draws have one outcome, in training and in inference."""
    shape = (5, 6, 2)
    x = image(random, shape)
    for layer in (L.RandomRotation((0.1, 0.1)), L.RandomRotation((-0.3, -0.3), fill_mode="constant", fill_value=0.5),
                  L.RandomRotation((0.25, 0.25), fill_mode="wrap"), L.RandomRotation((1.0, 1.0), fill_mode="nearest"),
                  L.RandomTranslation((0.2, 0.2), (-0.3, -0.3), fill_mode="constant"),
                  L.RandomTranslation((-0.45, -0.45), (0.7, 0.7), interpolation="nearest"),
                  L.RandomZoom((0.3, 0.3)), L.RandomZoom((-0.4, -0.4), (0.6, 0.6), fill_mode="nearest"),
                  L.RandomBrightness((0.2, 0.2), value_range=(-1, 1)), L.RandomContrast((0.0, 0.0), value_range=(-0.5, 0.5))):
        config = {key: value for key, value in layer.get_config().items() if key not in ("name", "trainable", "dtype",
                                                                                          "data_format", "seed")}
        yield {"layer": type(layer).__name__, "config": config, "shape": shape, "x": listed(x),
               "training": listed(layer(x, training=True)), "inference": listed(layer(x, training=False))}


random = np.random.default_rng(1)
kinds = {"affine": affine, "contrast": contrast, "layers": layers}
text = ",\n".join(f'"{kind}": [\n' + ",\n".join(map(json.dumps, make(random))) + "\n]" for kind, make in kinds.items())
(FOLDER / "images.json").write_text("{" + text + "}\n")
