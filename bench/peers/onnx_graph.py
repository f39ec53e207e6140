"""Keras models as ONNX files, channels first: the layers of the networks that the benchmark infers."""
import keras
import numpy as np
import onnx
from onnx import helper, numpy_helper


class OnnxGraph:
    def __init__(self):
        self.nodes, self.weights = [], []

    def weight(self, array):
        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array, dtype="float32"), name))
        return name

    def node(self, kind, inputs, **attributes):
        name = f"value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name


def same_padding(size, kernel, stride):
    """TensorFlow's: what is odd comes last."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def window_padding(layer, kernel):
    if layer.padding == "valid":
        return [0, 0, 0, 0]
    (top, bottom), (left, right) = (same_padding(*sizes) for sizes in zip(layer.input.shape[1:3], kernel, layer.strides))
    return [top, left, bottom, right]


def convolution(graph, layer, inputs):
    kernel = layer.kernel.numpy()  # [height, width, channels, filters or multiplier]
    groups = kernel.shape[2] if isinstance(layer, keras.layers.DepthwiseConv2D) else 1
    kernel = kernel.transpose(2, 3, 0, 1).reshape(-1, 1, *kernel.shape[:2]) if groups > 1 else kernel.transpose(3, 2, 0, 1)
    bias = [graph.weight(layer.bias.numpy())] if layer.use_bias else []
    y = graph.node("Conv", [*inputs, graph.weight(kernel), *bias], strides=list(layer.strides), group=groups,
                   pads=window_padding(layer, kernel.shape[2:]))
    return activated(graph, layer, y)


def activated(graph, layer, y):
    name = layer.activation.__name__
    kinds = {"linear": None, "relu": "Relu", "softmax": "Softmax"}
    return y if kinds[name] is None else graph.node(kinds[name], [y], **({"axis": 1} if name == "softmax" else {}))


def normalization(graph, layer, inputs):
    weights = [graph.weight(value.numpy()) for value in (layer.gamma, layer.beta, layer.moving_mean, layer.moving_variance)]
    return graph.node("BatchNormalization", [*inputs, *weights], epsilon=float(layer.epsilon))


def rectifier(graph, layer, inputs):
    if layer.max_value is None:
        return graph.node("Relu", inputs)
    return graph.node("Clip", [*inputs, graph.weight(np.float32(0)), graph.weight(np.float32(layer.max_value))])


def padding(graph, layer, inputs):
    (top, bottom), (left, right) = layer.padding
    pads = numpy_helper.from_array(np.array([0, 0, top, left, 0, 0, bottom, right]), f"pads_{len(graph.weights)}")
    graph.weights.append(pads)
    return graph.node("Pad", [*inputs, pads.name])


def pooling(graph, layer, inputs):
    return graph.node("MaxPool", inputs, kernel_shape=list(layer.pool_size), strides=list(layer.strides),
                      pads=window_padding(layer, layer.pool_size))


def dense(graph, layer, inputs):
    kernel = layer.kernel.numpy()
    source = layer.input._keras_history.operation
    while isinstance(source, keras.layers.Dropout):
        source = source.input._keras_history.operation
    if isinstance(source, keras.layers.Flatten):  # Rows come flattened with the channels first.
        height, width, channels = source.input.shape[1:]
        kernel = kernel.reshape(height, width, channels, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
    return activated(graph, layer, graph.node("Gemm", [*inputs, graph.weight(kernel), graph.weight(layer.bias.numpy())]))


CONVERTERS = {
    "Conv2D": convolution, "DepthwiseConv2D": convolution, "BatchNormalization": normalization, "ReLU": rectifier,
    "ZeroPadding2D": padding, "MaxPooling2D": pooling, "Dense": dense,
    "Add": lambda graph, layer, inputs: graph.node("Add", inputs),
    "Dropout": lambda graph, layer, inputs: inputs[0],
    "Flatten": lambda graph, layer, inputs: graph.node("Flatten", inputs),
    "GlobalAveragePooling2D": lambda graph, layer, inputs: graph.node("Flatten", [graph.node("GlobalAveragePool", inputs)]),
}


def write(model, path):
    """Writes a model of one image input [height, width, channels] and one output; the batch stays open."""
    graph, names = OnnxGraph(), {model.inputs[0].name: "image"}
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        inputs = layer.input if isinstance(layer.input, list) else [layer.input]
        names[layer.output.name] = CONVERTERS[type(layer).__name__](graph, layer, [names[value.name] for value in inputs])
    height, width, channels = model.input_shape[1:]
    entry = helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, ["batch", channels, height, width])
    result = helper.make_tensor_value_info(names[model.outputs[0].name], onnx.TensorProto.FLOAT, ["batch", *model.output_shape[1:]])
    file = helper.make_model(helper.make_graph(graph.nodes, model.name, [entry], [result], graph.weights),
                             opset_imports=[helper.make_opsetid("", 13)])
    file.ir_version = 8
    onnx.checker.check_model(file)
    onnx.save(file, path)
