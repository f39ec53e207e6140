"""Prints the core's rate in float32 matrix products of 1024³ by library, as JSON: GFLOP/s, the best of a second each."""
import json
import time

import numpy as np
import torch

SIZE = 1024


def rate(multiply):
    multiply()
    best, end = float("inf"), time.perf_counter() + 1
    while time.perf_counter() < end:
        start = time.perf_counter()
        multiply()
        best = min(best, time.perf_counter() - start)
    return 2 * SIZE**3 / best / 1e9


torch.set_num_threads(1)
a, b = np.random.default_rng(1).random((2, SIZE, SIZE), dtype="float32")
out = np.empty_like(a)
torch_a, torch_b, torch_out = map(torch.from_numpy, (a, b, out))
print(json.dumps({"NumPy": rate(lambda: np.matmul(a, b, out)), "PyTorch": rate(lambda: torch.mm(torch_a, torch_b, out=torch_out))}))
