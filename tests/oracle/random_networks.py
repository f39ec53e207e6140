"""Draws small Keras networks: one to four layers of one family, or a graph with branches, with random parameters.

A layer is drawn by a function of the random generator and the shape of a row; it returns None where it has no place.
Only what `sluice help` lists is drawn, so that the networks grow with Sluice.

Cases below FIRST_WIDER are drawn as they were before more was: the seeds in cases.txt stay what they are.
"""

import json
import os
import subprocess

import keras
import numpy as np
from keras import layers as L

FIRST_WIDER = 100_000
ACTIVATIONS = ["linear", "relu", "tanh", "sigmoid", "softmax", "elu", "selu", "celu", "softplus", "softsign", "silu",
               "gelu", "exponential", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu", "log_sigmoid",
               "log_softmax", "mish", "relu6", "soft_shrink", "hard_shrink", "tanh_shrink", "squareplus", "sparse_plus"]


def topics():
    """Names by kind, as `sluice help` lists them."""
    program = os.environ.get("SLUICE", "build/release/sluice")
    shown = json.loads(subprocess.run([program, "help", "--json"], capture_output=True, text=True, check=True).stdout)
    return {topic["name"]: set(topic["doc"].split(", ")) for topic in shown["topics"]}


KNOWN = topics()
SHORT_NAMES = {"mean_squared_error": "mse", "mean_absolute_error": "mae", "mean_absolute_percentage_error": "mape",
               "mean_squared_logarithmic_error": "msle"}


def knows(kind, thing):
    """Whether Sluice has this layer, loss, … (an object, or a loss by name)."""
    name = thing if isinstance(thing, str) else type(thing).__name__
    names = {name, SHORT_NAMES.get(name, name), keras.src.utils.naming.to_snake_case(name)}
    return bool(names & KNOWN[kind])


def pick(random, *choices):
    return choices[random.integers(len(choices))]


def chance(random, share):
    return random.random() < share


def sizes(random, shape, low=1, high=3):
    """A window for the spatial dimensions of a shape, no larger than these."""
    return tuple(int(random.integers(low, min(high, size) + 1)) for size in shape[:-1])


def single(values):
    return values[0] if len(values) == 1 else values


def weights(random, *names):
    """Initializers that are not zero, and now and then a regularizer or a constraint."""
    drawn = {}
    for name in names:
        drawn[f"{name}_initializer"] = pick(random, "glorot_uniform", "he_normal") if name != "bias" else \
            keras.initializers.RandomNormal(stddev=0.3, seed=int(random.integers(1000)))
        if chance(random, 0.1):
            drawn[f"{name}_regularizer"] = pick(random, keras.regularizers.L2(0.02), keras.regularizers.L1(0.01),
                                                keras.regularizers.L1L2(0.01, 0.02))
        if chance(random, 0.05):
            constraints = [keras.constraints.NonNeg(), keras.constraints.MaxNorm(0.7), keras.constraints.UnitNorm(),
                           keras.constraints.MinMaxNorm(0.4, 0.8, rate=0.7)]
            drawn[f"{name}_constraint"] = pick(random, *(c for c in constraints if knows("constraint", c)))
    return drawn


def activation(random, shape):
    return pick(random, *ACTIVATIONS) if chance(random, 0.6) else None


def strides_or_dilation(random, rank, same=False):
    """Keras' convolutions take strides or dilation above 1, not both."""
    value = lambda: tuple(int(random.integers(1, 3)) for _ in range(rank))
    one = (1,) * rank
    return pick(random, (one, one), (value(), one), (one, value()))


def dense(random, shape):
    return L.Dense(int(random.integers(1, 9)), activation=activation(random, shape), use_bias=chance(random, 0.8),
                   **weights(random, "kernel", "bias"))


def groups_of(random, channels):
    return int(pick(random, 1, 1, *(g for g in (2, 3, 4) if channels % g == 0)))


def conv(random, shape):
    rank = len(shape) - 1
    if rank not in (1, 2):
        return None
    groups = groups_of(random, shape[-1])
    strides, dilation = strides_or_dilation(random, rank)
    padding = pick(random, "valid", "same", *(["causal"] if rank == 1 else []))
    kind = L.Conv1D if rank == 1 else L.Conv2D
    return kind(groups * int(random.integers(1, 6)), sizes(random, shape), strides=single(strides), padding=padding,
                dilation_rate=single(dilation), groups=groups, activation=activation(random, shape),
                use_bias=chance(random, 0.8), **weights(random, "kernel", "bias"))


def wide_conv(random, shape):
    if len(shape) not in (2, 3):
        return None
    kind, groups = {2: L.Conv1D, 3: L.Conv2D}[len(shape)], 2 if shape[-1] % 2 == 0 and chance(random, 0.3) else 1
    return kind(2 * int(random.integers(16, 20)), sizes(random, shape), padding=pick(random, "valid", "same"), groups=groups,
                activation=pick(random, None, "relu"), **weights(random, "kernel", "bias"))


def square_conv(random, tensor):
    """A convolution of many channels in and out, and what makes so many."""
    channels = lambda: int(random.integers(16, 41))
    tensor = L.Conv2D(channels(), 1, activation=pick(random, None, "relu"))(tensor)
    size = pick(random, 3, 3, 5)
    padding = "same" if size > min(tensor.shape[1:3]) else pick(random, "valid", "same")
    return L.Conv2D(channels(), size, padding=padding, activation=pick(random, None, "relu", "tanh"),
                    use_bias=chance(random, 0.8), **weights(random, "kernel", "bias"))(tensor)


def conv_transpose(random, shape):
    rank = len(shape) - 1
    if rank not in (1, 2):
        return None
    kind, kernel, padding = {1: L.Conv1DTranspose, 2: L.Conv2DTranspose}[rank], sizes(random, shape), pick(random, "valid", "same")
    strides = tuple(int(random.integers(1, 4)) for _ in range(rank))
    more = tuple(int(random.integers(0, stride)) for stride in strides)
    fits = padding == "valid" or all(size % 2 + n > 0 for size, n in zip(kernel, more))
    return kind(int(pick(random, 1, 2, 3, 5, 34)), kernel, strides=single(strides), padding=padding,
                output_padding=single(more) if fits and chance(random, 0.5) else None, activation=activation(random, shape),
                use_bias=chance(random, 0.8), **weights(random, "kernel", "bias"))


def depthwise_windows(random, shape):
    """TensorFlow's depthwise convolutions take one stride for height and width."""
    rank = len(shape) - 1
    stride = int(random.integers(1, 3))
    dilation = tuple(int(random.integers(1, 3)) for _ in range(rank)) if chance(random, 0.3) else (1,) * rank
    return {"kernel_size": sizes(random, shape), "strides": stride, "dilation_rate": single(dilation),
            "padding": pick(random, "valid", "same"), "depth_multiplier": int(random.integers(1, 4)),
            "activation": activation(random, shape), "use_bias": chance(random, 0.8)}


def depthwise(random, shape):
    if len(shape) not in (2, 3):
        return None
    kind = {2: L.DepthwiseConv1D, 3: L.DepthwiseConv2D}[len(shape)]
    return kind(**depthwise_windows(random, shape), **weights(random, "depthwise", "bias"))


def separable(random, shape):
    if len(shape) not in (2, 3):
        return None
    kind = {2: L.SeparableConv1D, 3: L.SeparableConv2D}[len(shape)]
    return kind(int(random.integers(1, 6)), **depthwise_windows(random, shape),
                **weights(random, "depthwise", "pointwise", "bias"))


def pooling(random, shape):
    if len(shape) not in (2, 3):
        return None
    kind = {2: (L.MaxPooling1D, L.AveragePooling1D), 3: (L.MaxPooling2D, L.AveragePooling2D)}[len(shape)]
    window = sizes(random, shape)
    strides = pick(random, None, tuple(int(random.integers(1, 3)) for _ in window))
    return pick(random, *kind)(single(window), strides=strides if strides is None else single(strides),
                               padding=pick(random, "valid", "same"))


def global_pooling(random, shape):
    if len(shape) not in (2, 3):
        return None
    kind = {2: (L.GlobalMaxPooling1D, L.GlobalAveragePooling1D), 3: (L.GlobalMaxPooling2D, L.GlobalAveragePooling2D)}
    return pick(random, *kind[len(shape)])(keepdims=chance(random, 0.4))


def reshape(random, shape):
    size = int(np.prod(shape))
    target = pick(random, (size,), (-1, shape[-1]), (size, 1), tuple(reversed(shape)))
    return L.Reshape(target)


def permute(random, shape):
    if len(shape) < 2:
        return None
    return L.Permute(tuple(int(i) + 1 for i in random.permutation(len(shape))))


def repeat(random, shape):
    return L.RepeatVector(int(random.integers(1, 4))) if len(shape) == 1 else None


def padding(random, shape):
    pair = lambda: (int(random.integers(0, 3)), int(random.integers(0, 3)))
    if len(shape) == 2:
        return L.ZeroPadding1D(pair())
    return L.ZeroPadding2D((pair(), pair())) if len(shape) == 3 else None


def cropping(random, shape):
    crop = lambda size: (int(random.integers(0, 2)), int(random.integers(0, 2))) if size > 2 else (0, 0)
    if len(shape) == 2:
        return L.Cropping1D(crop(shape[0]))
    return L.Cropping2D((crop(shape[0]), crop(shape[1]))) if len(shape) == 3 else None


def upsampling(random, shape):
    if len(shape) == 2:
        return L.UpSampling1D(int(random.integers(1, 3)))
    if len(shape) != 3:
        return None
    return L.UpSampling2D((int(random.integers(1, 4)), int(random.integers(1, 3))),
                          interpolation=pick(random, "nearest", "bilinear"))


def resizing(random, shape):
    if len(shape) != 3:
        return None
    height, width = int(random.integers(1, 12)), int(random.integers(1, 12))
    keep = pick(random, {}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True, "fill_value": 0.5})
    return pick(random, L.Resizing(height, width, interpolation=pick(random, "nearest", "bilinear"), **keep),
                L.CenterCrop(height, width))


def augmentation(random):
    """Random layers whose draws have one outcome. They stand before all weights: the gradients that TensorFlow sends
    back through an affine transform are none but an approximation."""
    fixed = lambda low, high: (float(random.uniform(low, high)),) * 2
    move = {"fill_mode": pick(random, "constant", "reflect", "wrap", "nearest"), "fill_value": 0.5}
    return pick(random, lambda: L.RandomRotation(fixed(-1, 1), **move),
                lambda: L.RandomTranslation(fixed(-1, 1), fixed(-1, 1), **move),
                lambda: L.RandomZoom(fixed(-0.8, 1), pick(random, None, fixed(-0.8, 1)), **move),
                lambda: L.RandomBrightness(fixed(-0.5, 0.5), value_range=(-2, 2)),
                lambda: L.RandomContrast((0.0, 0.0), value_range=(-1, 1)))()


def activations(random, shape):
    return pick(random, lambda: L.Activation(pick(random, *ACTIVATIONS)),
                lambda: L.ReLU(max_value=pick(random, None, 0.8), negative_slope=pick(random, 0.0, 0.2),
                               threshold=pick(random, 0.0, 0.1)),
                lambda: L.LeakyReLU(negative_slope=pick(random, 0.3, 0.1)), lambda: L.ELU(alpha=pick(random, 1.0, 0.5)),
                lambda: L.PReLU(alpha_initializer=keras.initializers.RandomUniform(0.1, 0.4, seed=1),
                                shared_axes=list(range(1, len(shape))) if chance(random, 0.5) and len(shape) > 1 else None),
                lambda: L.Softmax(axis=pick(random, -1, 1, list(range(1, len(shape) + 1)))))()


def normalization(random, shape):
    random_weights = {f"{name}_initializer": keras.initializers.RandomUniform(0.5, 1.5, seed=int(random.integers(1000)))
                      for name in ("gamma", "beta")}
    def batch():
        statistics = {f"moving_{name}_initializer": keras.initializers.RandomUniform(0.5, 1.5, seed=3)
                      for name in ("mean", "variance")}
        layer = L.BatchNormalization(momentum=pick(random, 0.99, 0.7), epsilon=pick(random, 1e-3, 1e-2),
                                     center=chance(random, 0.8), scale=chance(random, 0.8), **statistics, **random_weights)
        layer.trainable = chance(random, 0.8)
        return layer
    def group():
        groups = pick(random, *(g for g in (1, 2, 3, 4, shape[-1]) if shape[-1] % g == 0))
        return L.GroupNormalization(groups=groups, epsilon=1e-2, **random_weights)
    def of_rows():
        axes = pick(random, -1, -1, 1, list(range(1, len(shape) + 1)))
        return L.LayerNormalization(axis=axes, epsilon=1e-2, rms_scaling=chance(random, 0.2), **random_weights)
    def given():
        axis = pick(random, None, -1, 1)
        size = () if axis is None or chance(random, 0.3) else shape[axis if axis < 0 else axis - 1]
        mean, variance = random.uniform(-1, 1, size), random.uniform(0.5, 2, size)
        return L.Normalization(axis=axis, mean=mean.tolist(), variance=variance.tolist(), invert=chance(random, 0.3))
    def adapted():
        layer = L.Normalization(axis=pick(random, None, -1, 1), invert=chance(random, 0.3))
        layer.adapt(random.normal(0.5, 2, (6, *shape)).astype("float32"))
        return layer
    return pick(random, batch, batch, group, of_rows, of_rows, given, adapted)()


def unit(random, shape):
    return L.UnitNormalization(axis=pick(random, -1, 1, list(range(1, len(shape) + 1))))


def noise(random, shape):
    """Layers that are random in training: networks with one are compared at inference alone."""
    kinds = [L.Dropout(0.3), L.GaussianDropout(0.2), L.AlphaDropout(0.3), L.GaussianNoise(0.5)]
    spatial = {2: [L.SpatialDropout1D(0.3)], 3: [L.SpatialDropout2D(0.3)]}
    return pick(random, *kinds, *spatial.get(len(shape), []))


def rescaling(random, shape):
    return L.Rescaling(float(random.uniform(0.5, 2)), offset=float(random.uniform(-1, 1)))


def channels_first(random, shape):
    """Layers over channels that come first, of those that TensorFlow computes so without a GPU."""
    if len(shape) not in (2, 3):
        return None
    rank, format = len(shape) - 1, {"data_format": "channels_first"}
    window = tuple(int(random.integers(1, min(3, size) + 1)) for size in shape[1:])
    pools = {1: (L.MaxPooling1D, L.AveragePooling1D), 2: (L.MaxPooling2D, L.AveragePooling2D)}
    whole = {1: (L.GlobalMaxPooling1D, L.GlobalAveragePooling1D), 2: (L.GlobalMaxPooling2D, L.GlobalAveragePooling2D)}
    kinds = [lambda: pick(random, *pools[rank])(single(window), padding=pick(random, "valid", "same"), **format),
             lambda: pick(random, *whole[rank])(keepdims=chance(random, 0.4), **format), lambda: L.Flatten(**format)]
    images = [lambda: L.ZeroPadding2D(int(random.integers(0, 3)), **format), lambda: L.UpSampling2D((1, 2), **format),
              lambda: L.Resizing(int(random.integers(1, 9)), int(random.integers(1, 9)), **format)]
    return pick(random, *kinds, *(images if rank == 2 else []))()


def filtered_resizing(random, shape):
    if len(shape) != 3:
        return None
    filters = "bilinear", "bicubic", "lanczos3", "lanczos5"
    return L.Resizing(int(random.integers(1, 12)), int(random.integers(1, 12)), interpolation=pick(random, *filters),
                      antialias=chance(random, 0.6), **pick(random, {}, {}, {"crop_to_aspect_ratio": True}))


def axis_normalization(random, shape):
    axis = int(random.integers(1, len(shape) + 1))
    layer = L.BatchNormalization(axis=axis, momentum=0.7, epsilon=1e-2, scale=chance(random, 0.8),
                                 beta_initializer=keras.initializers.RandomUniform(0.5, 1.5, seed=int(random.integers(1000))))
    layer.trainable = chance(random, 0.8)
    return layer


def number_lists(random, shape):
    numbers = lambda: random.uniform(0.5, 2, pick(random, (), shape[-1:], (*shape[-2:-1], 1), shape)).tolist()
    return L.Rescaling(numbers(), offset=numbers())


def more_activations(random, shape):
    return pick(random, lambda: L.Activation(pick(random, "sparsemax", "sparsemax", "sparse_sigmoid")),
                lambda: L.ReLU(max_value=0.0, negative_slope=pick(random, 0.0, 0.2), threshold=pick(random, 0.0, 0.3)))()


def shared_noise(random, shape):
    return L.Dropout(pick(random, 0.3, 1.0), noise_shape=(pick(random, None, 1), *(pick(random, None, 1) for _ in shape)))


def image_noise(random, shape):
    """Layers that change images in training: compared at inference alone, by their name."""
    if len(shape) != 3:
        return None
    name = {"name": f"{BY_CHANCE}_{random.integers(1 << 30)}"}
    return pick(random, lambda: L.RandomFlip(pick(random, "horizontal", "vertical", "horizontal_and_vertical"), **name),
                lambda: L.RandomRotation(0.2, **name), lambda: L.RandomTranslation(0.2, 0.3, **name),
                lambda: L.RandomZoom(0.2, **name), lambda: L.RandomBrightness(0.5, **name), lambda: L.RandomContrast(0.5, **name))()


ANY = [dense, activations, normalization, rescaling, reshape]
RARE = [unit, noise]
WIDER = [channels_first, channels_first, axis_normalization, axis_normalization, number_lists, more_activations,
         filtered_resizing]
WIDER_RARE = [unit, noise, shared_noise, image_noise]
BY_CHANCE = "by_chance"
RANDOM = (L.Dropout, L.GaussianDropout, L.AlphaDropout, L.GaussianNoise)
SPATIAL = [conv, conv, wide_conv, conv_transpose, depthwise, separable, pooling, padding, cropping, upsampling,
           global_pooling, permute, resizing]
MERGES = [L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum, L.Concatenate]


def draw_layer(random, shape):
    """A layer that fits the shape, with an output that is not too large."""
    while True:
        kinds = ANY + (SPATIAL if len(shape) > 1 else [repeat])
        if is_wider():
            kinds = pick(random, kinds, kinds, WIDER)
        layer = pick(random, *((WIDER_RARE if is_wider() else RARE) if chance(random, 0.05) else kinds))(random, shape)
        if layer is None or not knows("layer", layer):
            continue
        if fits(layer, shape):
            return layer


def fits(layer, shape):
    """Whether the layer takes the shape, and makes one that is not too large."""
    try:
        output = layer.compute_output_shape((None, *shape))
    except (ValueError, TypeError, ZeroDivisionError):
        return False
    return all(size and size > 0 for size in output[1:]) and len(output) <= 4 and np.prod(output[1:]) <= 4000


def draw_stack(random, tensor, low, high):
    for _ in range(random.integers(low, high + 1)):
        tensor = draw_layer(random, tensor.shape[1:])(tensor)
    return tensor


def draw_shape(random):
    size = lambda low, high: int(random.integers(low, high))
    return pick(random, (size(1, 9),), (size(3, 9), size(1, 6)), (size(4, 9), size(4, 9), size(1, 5)),
                (size(4, 9), size(4, 9), size(1, 5)))


def draw_merge(random, tensor):
    """Two branches of one tensor, merged; a layer may be shared by both."""
    left = draw_stack(random, tensor, 0, 1)
    right = L.Activation("tanh")(left)
    merge = pick(random, *(merge for merge in MERGES if merge.__name__ in KNOWN["layer"]))
    return merge()([left, right] if merge is L.Subtract or chance(random, 0.7) else [left, right, left])


def draw_nested(random, tensor):
    """A model as a layer, now and then called twice; in it may be another."""
    shape = tensor.shape[1:]
    if chance(random, 0.5):
        layers = [draw_layer(random, shape)]
        if chance(random, 0.5):
            layers.append(draw_layer(random, layers[0].compute_output_shape((None, *shape))[1:]))
        model = keras.Sequential(([L.Input(shape)] if chance(random, 0.5) else []) + layers)
    else:
        inner = L.Input(shape)
        output = draw_stack(random, inner, 1, 2)
        output = draw_nested(random, output) if chance(random, 0.3) else output
        model = keras.Model(inner, output)
    model.trainable = chance(random, 0.9)
    once = model(tensor)
    if chance(random, 0.6):
        return once
    return L.Concatenate()([once, model(L.Activation("tanh")(tensor))])


def draw_shared(random, tensor):
    """A layer that is called once more: on its own output where that fits, else on another input."""
    layer = draw_layer(random, tensor.shape[1:])
    once = layer(tensor)
    if once.shape[1:] == tensor.shape[1:] and chance(random, 0.5):
        return layer(once)
    return L.Concatenate()([once, layer(L.Activation("tanh")(tensor))])


def draw_embedding(random):
    inputs = L.Input((int(random.integers(2, 6)),), dtype="int32")
    embedded = L.Embedding(7, int(random.integers(1, 5)), embeddings_initializer="random_normal")(inputs)
    return inputs, embedded


def draw_reduction(random, loss):
    """Now and then another reduction than the mean."""
    if isinstance(loss, str) or loss.get_config().get("ignore_class") is not None or not chance(random, 0.15):
        return loss
    return type(loss).from_config(loss.get_config() | {"reduction": pick(random, "sum", "mean_with_sample_weight")})


def head(random, tensor):
    """The last layer with a loss for it, a function that draws labels, and metrics for these."""
    flat = tensor if len(tensor.shape) == 2 else L.Flatten()(tensor)
    units = int(random.integers(2, 6))
    kernel = weights(random, "kernel", "bias")
    draw = {
        "classes": lambda data, rows: data.integers(0, units, rows).astype("int32"),
        "one_hot": lambda data, rows: np.eye(units, dtype="float32")[data.integers(0, units, rows)],
        "reals": lambda data, rows: data.normal(size=(rows, units)).astype("float32"),
        "shares": lambda data, rows: data.uniform(0.1, 0.9, size=(rows, units)).astype("float32"),
        "bits": lambda data, rows: data.integers(0, 2, (rows, units)).astype("float32"),
        "signs": lambda data, rows: 2 * data.integers(0, 2, (rows, units)).astype("float32") - 1,
    }
    K = keras.losses
    kinds = [
        ("softmax", "sparse_categorical_crossentropy", "classes"), (None, K.SparseCategoricalCrossentropy(from_logits=True), "classes"),
        ("softplus", K.SparseCategoricalCrossentropy(), "classes"),
        (None, K.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1), "classes"),
        ("softmax", K.CategoricalCrossentropy(label_smoothing=0.1), "one_hot"), (None, K.CategoricalCrossentropy(from_logits=True), "one_hot"),
        ("softplus", K.CategoricalCrossentropy(), "one_hot"),
        ("sigmoid", "binary_crossentropy", "bits"), (None, K.BinaryCrossentropy(from_logits=True, label_smoothing=0.05), "bits"),
        ("hard_sigmoid", K.BinaryCrossentropy(), "bits"),
        ("sigmoid", K.BinaryFocalCrossentropy(), "bits"),
        (None, K.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.3, gamma=1.5, from_logits=True, label_smoothing=0.1), "bits"),
        ("softmax", K.CategoricalFocalCrossentropy(), "one_hot"),
        (None, K.CategoricalFocalCrossentropy(alpha=0.6, gamma=1.5, from_logits=True, label_smoothing=0.1), "one_hot"),
        (None, "mean_squared_error", "reals"), (None, "mean_absolute_error", "reals"), (None, K.Huber(0.5), "reals"), (None, K.LogCosh(), "reals"),
        (None, K.CosineSimilarity(), "reals"), (None, "mean_absolute_percentage_error", "shares"),
        ("softplus", "mean_squared_logarithmic_error", "shares"), ("softplus", K.Poisson(), "shares"), ("softmax", K.KLDivergence(), "shares"),
        ("tanh", K.Hinge(), "signs"), (None, K.SquaredHinge(), "signs"), ("sigmoid", K.Hinge(), "bits"), (None, K.CategoricalHinge(), "one_hot")]
    activation, loss, labels = pick(random, *(kind for kind in kinds if knows("loss", kind[1])))
    output = L.Dense(units, activation=activation, **kernel)(flat)
    return output, draw_reduction(random, loss), draw[labels], metrics_for(labels, activation is None)


def metrics_for(labels, logits):
    """Functions that make metrics which suit these labels."""
    M = keras.metrics
    of_labels = [lambda: M.AUC(multi_label=True, from_logits=logits), lambda: M.AUC(multi_label=True, curve="PR", num_thresholds=20)]
    counts = [M.TruePositives, M.FalsePositives, M.TrueNegatives, M.FalseNegatives]
    return {
        "classes": [lambda: "accuracy", M.SparseCategoricalAccuracy, lambda: M.SparseTopKCategoricalAccuracy(k=2),
                    lambda: M.SparseCategoricalCrossentropy(from_logits=logits)],
        "one_hot": [lambda: "accuracy", M.CategoricalAccuracy, lambda: M.TopKCategoricalAccuracy(k=2), M.F1Score, M.CategoricalHinge,
                    lambda: M.CategoricalCrossentropy(from_logits=logits), lambda: M.F1Score(average="macro"),
                    lambda: M.Precision(top_k=2), lambda: M.Recall(class_id=1)],
        "reals": [lambda: "mse", lambda: "mae", M.RootMeanSquaredError, M.LogCoshError, M.R2Score, M.CosineSimilarity,
                  lambda: M.R2Score(class_aggregation="variance_weighted_average"),
                  *([lambda: M.R2Score(class_aggregation=None)] if is_wider() else [])],
        "shares": [lambda: "mape", lambda: "msle", M.KLDivergence, M.MeanAbsoluteError, M.MeanSquaredError],
        "bits": [lambda: M.BinaryAccuracy(threshold=0.4), lambda: M.BinaryCrossentropy(from_logits=logits), lambda: M.AUC(from_logits=logits),
                 lambda: M.AUC(curve="PR", num_thresholds=20), lambda: M.AUC(thresholds=[0.2, 0.6]), lambda: M.Precision(thresholds=[0.7, 0.3]),
                 lambda: M.Precision(top_k=1), M.Recall, lambda: M.FBetaScore(average="weighted", beta=2.0, threshold=0.5),
                 lambda: M.F1Score(average="micro", threshold=0.4), *counts, *(of_labels if is_wider() else [])],
        "signs": [M.Hinge, M.SquaredHinge, lambda: "mse"],
    }[labels]


def draw_metrics(random, makers):
    """Up to two metrics for each output."""
    if "auc" not in KNOWN["metric"]:
        return None
    return [[make() for make in random.choice(np.array(list(of_output), dtype=object), random.integers(0, 3), replace=False)]
            for of_output in makers]


def draw_rate(random):
    """A number, or a schedule that changes it within a few steps."""
    S, rate = keras.optimizers.schedules, pick(random, 0.01, 0.003)
    schedules = [S.ExponentialDecay(rate, 2, 0.8, staircase=chance(random, 0.5)), S.InverseTimeDecay(rate, 2, 0.5),
                 S.PolynomialDecay(rate, 3, power=2.0, cycle=chance(random, 0.5)),
                 S.PiecewiseConstantDecay([1, 3], [rate, rate / 2, rate / 4]),
                 S.CosineDecay(rate, 3, alpha=0.1, warmup_target=pick(random, None, 2 * rate), warmup_steps=2),
                 S.CosineDecayRestarts(rate, 2, t_mul=pick(random, 1.0, 2.0), m_mul=0.8)]
    known = [schedule for schedule in schedules if knows("schedule", schedule)]
    return pick(random, *known) if known and chance(random, 0.2) else rate


def draw_update(random):
    """What goes on around the rule."""
    if chance(random, 0.6):
        return {}
    clip = pick(random, {}, {"clipnorm": 0.5}, {"clipvalue": 0.05}, {"global_clipnorm": 0.5})
    if is_wider() and chance(random, 0.3):
        clip = clip | {"loss_scale_factor": 8.0}
    average = pick(random, {}, {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": pick(random, None, 2)})
    return clip | average | pick(random, {}, {"weight_decay": 0.1}) | pick(random, {}, {"gradient_accumulation_steps": 2})


def draw_optimizer(random):
    O = keras.optimizers
    rate = draw_rate(random)
    kinds = [O.SGD(rate, momentum=pick(random, 0.0, 0.9), nesterov=chance(random, 0.5)), O.Adam(rate), O.AdamW(rate),
             O.Adamax(rate), O.Nadam(rate), O.RMSprop(rate, momentum=pick(random, 0.0, 0.5), centered=chance(random, 0.5)),
             O.Adagrad(rate), O.Lion(rate), O.Adadelta(rate)]
    drawn = pick(random, *(kind for kind in kinds if knows("optimizer", kind)))
    return type(drawn).from_config(drawn.get_config() | draw_update(random))


def is_wider():
    return draw_network.wider


def is_random(layer):
    """Whether each training with the layer comes to something else."""
    return isinstance(layer, RANDOM) or layer.name.startswith(BY_CHANCE)


def draw_dot(random, tensor):
    """The products of two branches along a dimension."""
    left = draw_stack(random, tensor, 0, 1)
    if len(left.shape) > 3:
        left = L.Reshape((-1, left.shape[-1]))(left)
    right = L.Dense(left.shape[-1], activation="tanh")(left)
    axis = int(random.integers(1, len(left.shape)))
    # Along one element, or steps that are all alike, the gradient of a norm is 0, and what Keras has there is noise.
    normalize = chance(random, 0.4) and axis == len(left.shape) - 1 and left.shape[axis] > 1
    return L.Dot(axis, normalize=normalize)([left, right])


def draw_glu(random, tensor):
    """glu, and a mean over what it leaves: Keras takes that for twice as wide as it is."""
    rank = len(tensor.shape) - 1
    if rank < 2:
        tensor = L.Reshape((-1, 1))(tensor)
    rank = len(tensor.shape) - 1
    gated = L.Activation("glu")(L.Dense(2 * int(random.integers(1, 4)))(tensor))
    if rank == 2:
        return L.GlobalAveragePooling1D()(L.Permute((2, 1))(gated))
    return L.GlobalAveragePooling2D()(L.Permute((3, 1, 2))(gated))


def draw_crop(random, tensor):
    """A crop, which in inference leaves the whole image, and layers that take any size."""
    whole = tensor.shape[1:]
    height, width = (int(random.integers(2, size + 2)) for size in whole[:2])
    tensor = L.RandomCrop(height, width, name=f"{BY_CHANCE}_{random.integers(1 << 30)}")(tensor)
    layer = conv(random, tensor.shape[1:])
    while not (fits(layer, tensor.shape[1:]) and fits(layer, whole)):
        layer = conv(random, tensor.shape[1:])
    return pick(random, L.GlobalAveragePooling2D, L.GlobalMaxPooling2D)()(layer(tensor))


def draw_words(random):
    """Another input of indices, whose vectors become one: by a mean over those that are not padding, or in another way."""
    ids = L.Input((int(random.integers(2, 7)),), dtype="int32")
    words = L.Embedding(7, int(random.integers(1, 5)), embeddings_initializer="random_normal", mask_zero=chance(random, 0.7))(ids)
    for _ in range(random.integers(0, 3)):
        words = pick(random, lambda: L.Dense(3, activation="tanh"), lambda: L.Activation("sigmoid"),
                     lambda: L.LayerNormalization(epsilon=1e-2), lambda: L.LeakyReLU(), lambda: L.Rescaling(2.0))()(words)
    if chance(random, 0.2):
        words = L.Add()([words, L.Activation("tanh")(words)])
    end = pick(random, L.GlobalAveragePooling1D, L.GlobalAveragePooling1D, L.GlobalMaxPooling1D, L.Flatten,
               lambda: L.Conv1D(3, 2, padding="same"))
    return ids, flat(end()(words))


def flat(tensor):
    return tensor if len(tensor.shape) == 2 else L.Flatten()(tensor)


def draw_more_inputs(random, tensor):
    """Inputs of indices or numbers beside the first, and what becomes of them all."""
    inputs, parts = [], [flat(tensor)]
    for _ in range(random.integers(1, 3)):
        if chance(random, 0.7):
            given, part = draw_words(random)
        else:
            given = L.Input((int(random.integers(1, 5)),))
            part = draw_stack(random, given, 0, 1)
        inputs.append(given)
        parts.append(flat(part))
    return inputs, L.Concatenate()(parts)


def draw_wider(random, tensor):
    """What cases from FIRST_WIDER on have more: other ends of the network, and other inputs."""
    kinds = [draw_dot, draw_glu] + ([draw_crop] if len(tensor.shape) == 4 else [])
    if chance(random, 0.3):
        tensor = pick(random, *kinds)(random, tensor)
    return draw_more_inputs(random, tensor) if chance(random, 0.3) else ([], tensor)


def draw_values(data, given, rows):
    """What an input is fed: of indices one in each row that is no padding, as a mean over none is NaN."""
    shape = (rows, *given.shape[1:])
    if "int" not in given.dtype:
        return data.normal(size=shape).astype("float32")
    indices = data.integers(0, 7, shape).astype("int32")
    indices[:, -1] = data.integers(1, 7, rows)
    return indices


def draw_network(random, data, rows, wider=False):
    """Returns a compiled model, its inputs and labels as lists, what rows count for each output (None: 1 each), and a
    text that tells what it is."""
    draw_network.wider = wider
    if "Embedding" in KNOWN["layer"] and chance(random, 0.1):
        inputs, tensor = draw_embedding(random)
        fed = data.integers(0, 7, (rows, *inputs.shape[1:])).astype("int32")
    else:
        inputs = tensor = L.Input(draw_shape(random))
        fed = data.normal(size=(rows, *inputs.shape[1:])).astype("float32")
    if "RandomRotation" in KNOWN["layer"] and len(tensor.shape) == 4 and chance(random, 0.2):
        tensor = augmentation(random)(tensor)
    of_its_own = random.spawn(1)[0]  # Leaves what other cases draw as it was.
    if len(tensor.shape) == 4 and chance(of_its_own, 0.2):
        tensor = square_conv(of_its_own, tensor)
    tensor = draw_stack(random, tensor, 1, 3)
    if KNOWN["layer"] & {merge.__name__ for merge in MERGES} and chance(random, 0.3):
        tensor = draw_stack(random, draw_merge(random, tensor), 0, 1)
    if "Concatenate" in KNOWN["layer"] and chance(random, 0.25):
        tensor = pick(random, draw_nested, draw_shared)(random, tensor)
    more, tensor = draw_wider(random, tensor) if wider else ([], tensor)
    ends = [head(random, tensor) for _ in range(2 if chance(random, 0.1) else 1)]
    outputs, losses, labels, metrics = zip(*ends)
    model = keras.Model([inputs, *more] if more else inputs, list(outputs) if len(outputs) > 1 else outputs[0])
    weights = [0.7, 1.3] if len(outputs) > 1 and chance(random, 0.5) else None
    optimizer = draw_optimizer(random)
    model.compile(optimizer=optimizer, loss=single(list(losses)), loss_weights=weights, run_eagerly=True,
                  metrics=draw_metrics(random, metrics), weighted_metrics=draw_metrics(random, metrics))
    counts = [data.uniform(0, 2, rows).astype("float32") for _ in outputs] if chance(random, 0.4) else None
    name = lambda loss: loss if isinstance(loss, str) else type(loss).__name__
    text = " → ".join(type(layer).__name__ for layer in model.layers)
    fed = [fed, *(draw_values(data, given, rows) for given in more)]
    return model, fed, [draw(data, rows) for draw in labels], counts, f"{text}; {', '.join(map(name, losses))}; {type(model.optimizer).__name__}"
