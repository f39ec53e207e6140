"""Writes a tiny data set that a network can learn, as IDX and .npy files, without NumPy.

    make_data.py DIRECTORY [ROWS] [SIZE] [CLASSES]

Pictures of SIZE x SIZE bytes: class c is a bright row number c on noise. Makes train-images.idx, train-labels.idx,
test-images.idx, test-labels.idx, test-images.npy and test-labels.npy.
"""

import pathlib
import random
import struct
import sys
import zipfile


def picture(label, size, noise):
    return bytes(min(255, noise.randrange(40) + (200 if row == label else 0)) for row in range(size) for _ in range(size))


def idx(shape, data):
    return struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape) + data


def npy(shape, data, type="|u1"):
    sizes = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
    head = f"{{'descr': '{type}', 'fortran_order': False, 'shape': {sizes}, }}"
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data


def make(directory, rows, size, classes):
    directory = pathlib.Path(directory)
    for split, seed, count in (("train", 1, rows), ("test", 2, rows // 2)):
        noise = random.Random(seed)
        labels = bytes(noise.randrange(classes) for _ in range(count))
        images = b"".join(picture(label, size, noise) for label in labels)
        for ending, write in (("idx", idx), ("npy", npy)):
            (directory / f"{split}-images.{ending}").write_bytes(write((count, size, size), images))
            (directory / f"{split}-labels.{ending}").write_bytes(write((count,), labels))
    (directory / "test-reals.npy").write_bytes(npy((count, classes), bytes(4 * count * classes), "<f4"))
    with zipfile.ZipFile(directory / "pair.npz", "w") as pair:
        pair.writestr("x.npy", npy((count, size, size), images))
        pair.writestr("y1.npy", npy((count,), labels))
        pair.writestr("y2.npy", npy((count, 2), bytes(8 * count), "<f4"))


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[2:]] + [None] * 3
    make(sys.argv[1], numbers[0] or 96, numbers[1] or 8, numbers[2] or 4)
