"""Runs an ONNX file with OpenVINO in float32 on random rows until it is stopped.
Arguments: file, batch size, threads, samples of a window."""
import sys

import numpy as np
import openvino

import windows

path, batch, threads, window = sys.argv[1], *map(int, sys.argv[2:5])
core = openvino.Core()
model = core.read_model(path)
shape = [batch, *[size.get_length() for size in list(model.input(0).partial_shape)[1:]]]
model.reshape(shape)
compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1,
                                             "INFERENCE_PRECISION_HINT": "f32"})
request = compiled.create_infer_request()
x = np.random.default_rng(1).random(shape, dtype="float32")
windows.run(lambda: request.infer({0: x}, share_inputs=True), batch, window)
