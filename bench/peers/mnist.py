"""MNIST as arrays, from the raw or gzipped IDX files in $SLUICE_DATA/mnist."""
import gzip
import os
import pathlib

import numpy as np

FILES = {"images": "train-images-idx3-ubyte", "labels": "train-labels-idx1-ubyte"}


def read(name, offset):
    path = pathlib.Path(os.environ["SLUICE_DATA"]) / "mnist" / FILES[name]
    data = path.read_bytes() if path.exists() else gzip.open(f"{path}.gz").read()
    return np.frombuffer(data, np.uint8, offset=offset)


def train():
    """Returns images float32 [60000, 28, 28, 1] in 0 … 1 and labels int32 [60000]."""
    images = read("images", 16).reshape(-1, 28, 28, 1).astype("float32") / 255
    return images, read("labels", 8).astype("int32")
