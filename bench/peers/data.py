"""Rows for the peers."""
import numpy as np


def load(path):
    """Returns the inputs of an `.npz` as float32, bytes scaled to 0 … 1, and its labels as int32."""
    arrays = np.load(path)
    x = arrays["x"]
    return x.astype("float32") / 255 if x.dtype == np.uint8 else x.astype("float32"), arrays["y"].astype("int32")
