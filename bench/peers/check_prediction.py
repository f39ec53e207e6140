"""Compares the array in a `.npy` file with `expected` in an `.npz`; fails where they differ. Arguments: the two files."""
import sys

import numpy as np

given, expected = np.load(sys.argv[1]), np.load(sys.argv[2])["expected"]
worst = np.abs(given - expected).max() / np.abs(expected).max()
if not worst < 1e-3:
    sys.exit(f"the prediction differs from Keras' by {worst}")
