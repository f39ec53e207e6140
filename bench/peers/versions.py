"""Prints the versions of the peers as JSON."""
import importlib.metadata
import json

NAMES = {"keras": "Keras", "tensorflow_cpu": "TensorFlow", "jax": "JAX", "torch": "PyTorch", "onnxruntime": "onnxruntime",
         "openvino": "OpenVINO", "numpy": "NumPy"}
print(json.dumps({shown: importlib.metadata.version(name) for name, shown in NAMES.items()}))
