"""Reads with NumPy, h5py and zipfile what oracle_test.cc wrote into the folder named by the first argument."""

import pathlib
import sys
import zipfile

import h5py
import numpy as np

FOLDER = pathlib.Path(sys.argv[1])
VALUES = np.arange(6, dtype="float32").reshape(2, 3)


def same(actual, expected):
    assert actual.dtype == expected.dtype and actual.shape == expected.shape, (actual.dtype, actual.shape)
    assert (actual == expected).all(), actual


same(np.load(FOLDER / "values.npy"), VALUES)
with np.load(FOLDER / "arrays.npz") as arrays:
    assert arrays.files == ["x", "y"], arrays.files
    same(arrays["x"], VALUES)
    same(arrays["y"], np.array([1, 0], "int64"))
with zipfile.ZipFile(FOLDER / "members.zip") as file:
    assert file.testzip() is None
    assert [member.filename for member in file.infolist()] == ["a.txt", "folder/b.txt"]
    assert all(member.date_time == (1980, 1, 1, 0, 0, 0) for member in file.infolist())
    assert file.read("folder/b.txt") == b"two"
with h5py.File(FOLDER / "groups.h5") as file:
    same(file["layers/dense/vars/0"][()], VALUES)
    same(file["flags"][()], np.array([True, False]))
    assert file["scalar"][()] == 7 and file["scalar"].shape == ()
    assert file["no_rows"].shape == (0, 3)
    assert list(file["empty"]) == []
    assert file.attrs["text"] == "variable \u00e4"
    assert len(file.attrs["long"]) == 200_000
    assert list(file.attrs["names"]) == ["conv2d", "dense"]
    assert list(file["layers/dense"].attrs["none"]) == []
