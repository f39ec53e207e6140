"""Writes rows to train on, as `.npz`. Arguments: files called `…/mnist-N.npz` (the first N images of MNIST, from
$SLUICE_DATA), `…/images-N.npz` (random bytes like CIFAR-10) or `…/tiny-N.npz` (eight random numbers, two classes)."""
import gzip
import os
import pathlib
import sys

import numpy as np


def idx(name, offset):
    path = pathlib.Path(os.environ["SLUICE_DATA"]) / "mnist" / name
    return np.frombuffer(path.read_bytes() if path.exists() else gzip.open(f"{path}.gz").read(), np.uint8, offset=offset)


def mnist(count, random):
    return idx("train-images-idx3-ubyte", 16).reshape(-1, 28, 28, 1)[:count], idx("train-labels-idx1-ubyte", 8)[:count]


def images(count, random):
    return random.integers(0, 256, (count, 32, 32, 3), dtype="uint8"), random.integers(0, 10, count)


def tiny(count, random):
    x = random.random((count, 8), dtype="float32")
    return x, x.sum(axis=1) > 4


for path in map(pathlib.Path, sys.argv[1:]):
    kind, count = path.stem.split("-")
    x, y = {"mnist": mnist, "images": images, "tiny": tiny}[kind](int(count), np.random.default_rng(1))
    part = path.with_suffix(".part.npz")
    np.savez(part, x=x, y=y.astype("int32"))
    part.replace(path)
