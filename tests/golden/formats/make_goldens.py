"""Writes the golden files of this folder with NumPy, h5py and zipfile. Needs numpy and h5py; takes no arguments."""

import gzip
import pathlib
import struct
import warnings
import zipfile

import h5py
import numpy as np

FOLDER = pathlib.Path(__file__).parent
VALUES = np.arange(6).reshape(2, 3)
TYPES = ["float16", "float32", "float64", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "bool"]


def write_npy_files():
    for name in TYPES:
        np.save(FOLDER / f"{name}.npy", VALUES.astype(name))
    np.save(FOLDER / "long_double.npy", VALUES.astype("longdouble"))
    np.save(FOLDER / "big_endian.npy", VALUES.astype(">f8"))
    np.save(FOLDER / "big_endian_half.npy", VALUES.astype(">f2"))
    np.save(FOLDER / "fortran.npy", np.asfortranarray(np.arange(24, dtype="int32").reshape(2, 3, 4)))
    np.save(FOLDER / "scalar.npy", np.float32(2.5))
    np.save(FOLDER / "vector.npy", np.arange(5, dtype="float32"))
    np.save(FOLDER / "no_rows.npy", np.zeros((0, 3), "float32"))
    np.save(FOLDER / "half_limits.npy", np.array([0.0, -0.0, 6e-8, 65504, np.inf, -np.inf, 0.1, np.nan], "float16"))
    for version in ((2, 0), (3, 0)):
        with open(FOLDER / f"version_{version[0]}.npy", "wb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            np.lib.format.write_array(file, VALUES.astype("float32"), version=version)
    np.save(FOLDER / "objects.npy", np.array([None, "a"], object), allow_pickle=True)
    np.save(FOLDER / "texts.npy", np.array(["a", "bc"]))
    np.save(FOLDER / "complex.npy", np.array([1 + 2j]))
    np.save(FOLDER / "records.npy", np.zeros(2, [("a", "f4"), ("b", "i4")]))


def write_npz_files():
    arrays = {"x": VALUES.astype("float32"), "y": np.array([1, 0], "int64")}
    np.savez(FOLDER / "stored.npz", **arrays)
    np.savez_compressed(FOLDER / "deflated.npz", **arrays)


def write_idx_files():
    floats = struct.pack(">2I", 2, 3) + VALUES.astype(">f4").tobytes()
    (FOLDER / "floats.idx").write_bytes(b"\0\0\x0d\x02" + floats)
    images = b"\0\0\x08\x03" + struct.pack(">3I", 2, 2, 3) + bytes(range(12))
    (FOLDER / "images.idx").write_bytes(images)
    (FOLDER / "images.idx.gz").write_bytes(gzip.compress(images, mtime=0))


def write_hdf5_files():
    with h5py.File(FOLDER / "groups.h5", "w") as file:
        vars = file.create_group("layers/dense/vars")
        vars.create_dataset("0", data=VALUES.astype("float32"))
        vars.create_dataset("1", data=np.array([1, 2, 3], ">i2"))
        file["scalar"] = np.int64(7)
        file["half"] = VALUES.astype("float16")
        file["flags"] = np.array([True, False])
        file.create_dataset("packed", data=np.zeros((100, 10), "float64"), compression="gzip", shuffle=True)
        file.create_dataset("unwritten", shape=(4,), dtype="float32")
        file.attrs["text"] = "variable \u00e4"
        file.attrs["fixed"] = np.bytes_("fixed")
        file.attrs["names"] = [b"conv2d", b"dense"]
        file.attrs.create("variable_names", ["a", "bc"], dtype=h5py.string_dtype())
        file.attrs["number"] = 3
    with h5py.File(FOLDER / "refused.h5", "w") as file:
        file["soft"] = h5py.SoftLink("/target")
        file["external"] = h5py.ExternalLink("/etc/other.h5", "/x")
        file["target"] = np.zeros(2)
        file["compound"] = np.zeros(2, [("a", "f4"), ("b", "i4")])
        file["texts"] = [b"a", b"b"]
        file.create_dataset("outside", shape=(4,), dtype="u1", external=[("/etc/passwd", 0, 4)])
        file.create_dataset("huge", shape=(1 << 40,), dtype="f8", chunks=(1024,))
        file.create_dataset("packed", data=np.zeros(4), chunks=(4,), scaleoffset=2)
        layout = h5py.VirtualLayout(shape=(2,), dtype="f8")
        layout[:] = h5py.VirtualSource("/etc/other.h5", "x", shape=(2,))
        file.create_virtual_dataset("virtual", layout)


def write_zip_files():
    with zipfile.ZipFile(FOLDER / "mixed.zip", "w") as file:
        file.writestr(zipfile.ZipInfo("stored.txt"), "stored", zipfile.ZIP_STORED)
        file.writestr(zipfile.ZipInfo("folder/deflated.txt"), "deflated " * 20, zipfile.ZIP_DEFLATED)
        file.writestr(zipfile.ZipInfo("lzma.txt"), "lzma " * 20, zipfile.ZIP_LZMA)


write_npy_files()
write_npz_files()
write_idx_files()
write_hdf5_files()
write_zip_files()
