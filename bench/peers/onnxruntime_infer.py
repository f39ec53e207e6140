"""Runs an ONNX file with onnxruntime on random rows until it is stopped.
Arguments: file, batch size, threads, samples of a window."""
import sys

import numpy as np
import onnxruntime

import windows

path, batch, threads, window = sys.argv[1], *map(int, sys.argv[2:5])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
entry = session.get_inputs()[0]
x = np.random.default_rng(1).random((batch, *entry.shape[1:]), dtype="float32")
windows.run(lambda: session.run(None, {entry.name: x}), batch, window)
