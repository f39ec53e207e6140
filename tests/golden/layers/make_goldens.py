"""Writes what real Keras computes for every layer, loss, metric and optimizer: a model before and after training, its
data, its prediction and its scores. Run: .cache/test-env/bin/python tests/golden/layers/make_goldens.py [CASE…]"""
import os
import pathlib
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="tensorflow")
import keras
import numpy as np
from keras import layers as L

FOLDER = pathlib.Path(__file__).parent
ROWS, EPOCHS, BATCH = 11, 2, 4


def sgd():
    return keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)


def image(*stack, shape=(6, 5, 2)):
    return [L.Input(shape), *stack, L.Flatten(), L.Dense(3, activation="softmax")]


def steps(*stack, shape=(7, 2)):
    return [L.Input(shape), *stack, L.Flatten(), L.Dense(3, activation="softmax")]


def vector(*stack, shape=(5,)):
    return [L.Input(shape), *stack]


def two(merge, left=(4,), right=(4,)):
    """Two inputs, each through a Dense, into a layer that joins them."""
    def make():
        inputs = [L.Input(left, name="left"), L.Input(right, name="right")]
        joined = merge([L.Dense(x.shape[-1])(x) for x in inputs])
        return keras.Model(inputs, L.Dense(3, activation="softmax")(L.Flatten()(joined)))
    return make


def joined_images(merge):
    """Convolutions of few and of many channels whose results meet."""
    def make():
        x = L.Input((6, 5, 2))
        few = L.Conv2D(3, 2, padding="same", activation="relu")(x)
        joined = merge([few, L.Conv2D(3, 3, padding="same")(few), L.Conv2D(3, 1)(L.Conv2D(32, 1)(x))])
        return keras.Model(x, L.Dense(3, activation="softmax")(L.Flatten()(joined)))
    return make


def scaled_channels():
    """Squeeze and excitation: an image times one number for each channel."""
    x = L.Input((6, 5, 2))
    y = L.Conv2D(4, 2)(x)
    y = L.Multiply()([y, L.Dense(4, activation="sigmoid")(L.GlobalAveragePooling2D(keepdims=True)(y))])
    return keras.Model(x, L.Dense(3, activation="softmax")(L.GlobalMaxPooling2D()(y)))


def recommender():
    """Two inputs of integers with tables of their own, numbers beside them, two outputs."""
    user, film = L.Input((1,), dtype="int32", name="user"), L.Input((3,), dtype="int64", name="film")
    facts = L.Input((2,), name="facts")
    of_user = L.Flatten()(L.Embedding(7, 4, embeddings_regularizer="l2", name="users")(user))
    of_film = L.GlobalAveragePooling1D()(L.Embedding(7, 4, name="films")(film))
    x = L.Dense(6, activation="relu")(L.Concatenate()([of_user, of_film, facts]))
    rating = L.Dense(1, name="rating")(L.Concatenate()([x, L.Dot(1, normalize=True)([of_user, of_film])]))
    return keras.Model([user, film, facts], [rating, L.Dense(3, activation="softmax", name="kind")(x)])


def two_towers():
    """A shared table, and outputs of which one feeds the other."""
    left, right = L.Input((2,), dtype="int32", name="left"), L.Input((2,), dtype="int32", name="right")
    table = L.Embedding(7, 5, embeddings_initializer="glorot_uniform")
    a, b = L.Flatten()(table(left)), L.Flatten()(table(right))
    near = L.Dense(2, name="near")(L.Subtract()([a, b]))
    far = L.Dense(2, activation="softmax", name="far")(L.Average()([L.Maximum()([a, b]), L.Minimum()([a, b]), L.Dense(10)(near)]))
    return keras.Model({"left": left, "right": right}, [far, near])


def masked():
    """Masks in a functional model, whose file holds the operations that make them: of one table, of two, joined."""
    left, right = L.Input((5,), dtype="int32", name="left"), L.Input((5,), dtype="int32", name="right")
    a, b = L.Embedding(7, 3, mask_zero=True)(left), L.Embedding(7, 3, mask_zero=True)(right)
    both, beside = L.Average()([L.Activation("tanh")(a), b]), L.Concatenate()([a, b])
    means = [L.GlobalAveragePooling1D()(x) for x in (a, both, beside)]
    return keras.Model([left, right], L.Dense(3, activation="softmax")(L.Concatenate()(means)))


def adapted():
    """Statistics of channels and of single elements, taken from other rows."""
    random = np.random.default_rng(1)
    of_channels, of_elements = L.Normalization(), L.Normalization(axis=(1, 3))
    of_channels.adapt(random.normal(3, 2, (20, 6, 5, 2)).astype("float32"))
    of_elements.adapt(random.normal(0.5, 5, (20, 6, 5, 2)).astype("float32"))
    return keras.Sequential(image(of_channels, L.Conv2D(2, 3, padding="same"), of_elements))


def frozen(layer):
    layer.trainable = False
    return layer


def spread(*names):
    """Initializers that make weights differ from each other."""
    return {f"{name}_initializer": keras.initializers.RandomUniform(0.5, 1.5, seed=7) for name in names}


def updated(optimizer):
    """A case about the optimizer."""
    return (vector(L.Dense(4, activation="tanh"), L.Dense(3, activation="softmax")), SPARSE, ["accuracy"], optimizer)


O, S = keras.optimizers, keras.optimizers.schedules
SPARSE, CATEGORICAL = "sparse_categorical_crossentropy", "categorical_crossentropy"
keras.utils.set_random_seed(0)  # Initializers draw their seeds when their layers are made, here.
# name: (layers or a function that returns a model, loss, metrics, optimizer, and what else is compiled)
CASES = {
    "rescaling": (image(L.Rescaling(0.5, offset=-0.25)), SPARSE, ["accuracy"], sgd()),
    "conv2d_valid": (image(L.Conv2D(3, 3)), SPARSE, ["accuracy"], sgd()),
    "conv2d_same_strides": (image(L.Conv2D(6, (3, 2), strides=(2, 1), padding="same", activation="relu")), SPARSE, ["accuracy"], sgd()),
    "conv2d_same_even": (image(L.Conv2D(2, 4, padding="same", use_bias=False)), SPARSE, ["accuracy"], sgd()),
    "conv2d_dilation": (image(L.Conv2D(4, 2, dilation_rate=(2, 3), activation="tanh")), SPARSE, ["accuracy"], sgd()),
    "conv2d_sigmoid": (image(L.Conv2D(2, 2, activation="sigmoid")), SPARSE, ["accuracy"], sgd()),
    "conv2d_twice": (image(L.Conv2D(4, 3, padding="same", activation="relu"), L.Conv2D(5, 3, activation="relu")), SPARSE, ["accuracy"], sgd()),
    "conv2d_wide": (image(L.Conv2D(32, 2, activation="relu"), L.Conv2D(33, 3, padding="same", strides=2), shape=(5, 4, 1)), SPARSE, ["accuracy"], sgd()),
    "conv2d_groups": (image(L.Conv2D(4, 3, groups=2, activation="relu")), SPARSE, ["accuracy"], sgd()),
    "conv1d": (steps(L.Conv1D(3, 3, strides=2, padding="same", activation="relu"), L.Conv1D(2, 2)), SPARSE, ["accuracy"], sgd()),
    "conv1d_causal": (steps(L.Conv1D(4, 3, padding="causal", dilation_rate=2), L.Conv1D(2, 2, padding="causal", groups=2)), SPARSE, ["accuracy"], sgd()),
    "conv1d_transpose": (steps(L.Conv1DTranspose(3, 3, strides=2, padding="same")), SPARSE, ["accuracy"], sgd()),
    "conv2d_transpose": (image(L.Conv2D(3, 3), L.Conv2DTranspose(2, 3, strides=(2, 3), activation="tanh")), SPARSE, ["accuracy"], sgd()),
    "conv2d_transpose_output_padding": (image(L.Conv2DTranspose(2, (3, 2), strides=2, padding="same", output_padding=1)), SPARSE, ["accuracy"], sgd()),
    "depthwise_conv1d": (steps(L.DepthwiseConv1D(3, depth_multiplier=2, dilation_rate=2, padding="same")), SPARSE, ["accuracy"], sgd()),
    "depthwise_conv2d": (image(L.DepthwiseConv2D(3, strides=2, padding="same", activation="relu6")), SPARSE, ["accuracy"], sgd()),
    "separable_conv1d": (steps(L.SeparableConv1D(3, 2)), SPARSE, ["accuracy"], sgd()),
    "separable_conv2d": (image(L.SeparableConv2D(3, 3, depth_multiplier=2, activation="relu")), SPARSE, ["accuracy"], sgd()),
    "max_pooling": (image(L.Conv2D(3, 2, padding="same"), L.MaxPooling2D(2)), SPARSE, ["accuracy"], sgd()),
    "max_pooling_same": (image(L.Conv2D(3, 2, padding="same"), L.MaxPooling2D((3, 2), strides=(2, 1), padding="same")), SPARSE, ["accuracy"], sgd()),
    "average_pooling": (image(L.Conv2D(3, 2, padding="same"), L.AveragePooling2D((2, 3))), SPARSE, ["accuracy"], sgd()),
    "average_pooling_same": (image(L.Conv2D(3, 2, padding="same"), L.AveragePooling2D(3, strides=2, padding="same")), SPARSE, ["accuracy"], sgd()),
    "pooling_of_input": (image(L.MaxPooling2D(2), L.AveragePooling2D(2, strides=1)), SPARSE, ["accuracy"], sgd()),
    "max_pooling_1d": (steps(L.Dense(3), L.MaxPooling1D(2)), SPARSE, ["accuracy"], sgd()),
    "max_pooling_1d_same": (steps(L.Dense(3), L.MaxPooling1D(3, strides=2, padding="same")), SPARSE, ["accuracy"], sgd()),
    "average_pooling_1d": (steps(L.Dense(3), L.AveragePooling1D(3, strides=1)), SPARSE, ["accuracy"], sgd()),
    "average_pooling_1d_same": (steps(L.Dense(3), L.AveragePooling1D(4, strides=3, padding="same")), SPARSE, ["accuracy"], sgd()),
    "global_max_pooling_1d": (steps(L.Dense(3, activation="relu"), L.GlobalMaxPooling1D()), SPARSE, ["accuracy"], sgd()),
    "global_average_pooling_1d": (steps(L.Dense(3), L.GlobalAveragePooling1D(keepdims=True)), SPARSE, ["accuracy"], sgd()),
    "global_max_pooling_2d": (image(L.Conv2D(17, 2, activation="relu"), L.GlobalMaxPooling2D(keepdims=True)), SPARSE, ["accuracy"], sgd()),
    "global_average_pooling_2d": (image(L.Conv2D(17, 2, activation="relu"), L.GlobalAveragePooling2D()), SPARSE, ["accuracy"], sgd()),
    "flatten": (image(L.Flatten(), L.Dense(4)), SPARSE, ["accuracy"], sgd()),
    "reshape": (steps(L.Dense(4), L.Reshape((2, -1)), L.Dense(3, activation="tanh")), SPARSE, ["accuracy"], sgd()),
    "permute": (image(L.Conv2D(3, 2), L.Permute((3, 1, 2)), L.Dense(2)), SPARSE, ["accuracy"], sgd()),
    "repeat_vector": (vector(L.Dense(4), L.RepeatVector(3), L.Dense(2, activation="tanh"), L.Flatten(), L.Dense(2)), "mean_squared_error", ["mae"], sgd()),
    "zero_padding_1d": (steps(L.Dense(3), L.ZeroPadding1D((1, 2)), L.Dense(3)), SPARSE, ["accuracy"], sgd()),
    "zero_padding_2d": (image(L.ZeroPadding2D(1), L.Conv2D(3, 3), L.ZeroPadding2D(((1, 0), (0, 2))), L.Conv2D(2, 2)), SPARSE, ["accuracy"], sgd()),
    "cropping_1d": (steps(L.Dense(3), L.Cropping1D((2, 1))), SPARSE, ["accuracy"], sgd()),
    "cropping_2d": (image(L.Conv2D(3, 2), L.Cropping2D(((1, 0), (1, 2)))), SPARSE, ["accuracy"], sgd()),
    "up_sampling_1d": (steps(L.Dense(3), L.UpSampling1D(3), L.MaxPooling1D(2)), SPARSE, ["accuracy"], sgd()),
    "up_sampling_2d": (image(L.Conv2D(3, 2), L.UpSampling2D((2, 3)), L.Conv2D(2, 3)), SPARSE, ["accuracy"], sgd()),
    "up_sampling_2d_bilinear": (image(L.Conv2D(3, 2), L.UpSampling2D((2, 3), interpolation="bilinear"), L.Conv2D(2, 3)), SPARSE, ["accuracy"], sgd()),
    "up_sampling_2d_wide": (image(L.Conv2D(33, 2), L.UpSampling2D((3, 2), interpolation="bilinear"), L.UpSampling2D(2), L.GlobalAveragePooling2D()), SPARSE, ["accuracy"], sgd()),
    "add": (two(L.Add(), (3, 4), (3, 4)), SPARSE, ["accuracy"], sgd()),
    "subtract": (two(L.Subtract(), (3, 4), (4,)), SPARSE, ["accuracy"], sgd()),
    "multiply": (two(L.Multiply(), (3, 1, 4), (2, 1)), SPARSE, ["accuracy"], sgd()),
    "average": (two(L.Average(), (17,), (17,)), SPARSE, ["accuracy"], sgd()),
    "maximum": (two(L.Maximum(), (3, 1), (1, 4)), SPARSE, ["accuracy"], sgd()),
    "minimum": (two(L.Minimum(), (3, 4), (3, 4)), SPARSE, ["accuracy"], sgd()),
    "concatenate": (two(L.Concatenate(axis=1), (3, 4), (2, 4)), SPARSE, ["accuracy"], sgd()),
    "dot": (two(L.Dot(axes=(2, 1)), (3, 4), (4, 2)), SPARSE, ["accuracy"], sgd()),
    "dot_of_vectors": (two(L.Dot(axes=-1)), SPARSE, ["accuracy"], sgd()),
    "dot_normalized": (two(L.Dot(axes=(1, 2), normalize=True), (4, 3, 2), (3, 4)), SPARSE, ["accuracy"], sgd()),
    "add_images": (joined_images(L.Add()), SPARSE, ["accuracy"], sgd()),
    "multiply_images": (joined_images(L.Multiply()), SPARSE, ["accuracy"], sgd()),
    "concatenate_images": (joined_images(L.Concatenate()), SPARSE, ["accuracy"], sgd()),
    "scaled_channels": (scaled_channels, SPARSE, ["accuracy"], sgd()),
    "embedding": ([L.Input((4,), dtype="int32"), L.Embedding(7, 3, embeddings_constraint="non_neg"), L.Flatten(), L.Dense(3, activation="softmax")], SPARSE, ["accuracy"], sgd()),
    # Keras on TensorFlow squares the gradients of an index that a batch has twice one by one, not their sum: here are none.
    "embedding_adam": ([L.Input((2,), dtype="uint8"), L.Embedding(9, 17), L.GlobalAveragePooling1D(), L.Dense(3, activation="softmax")], SPARSE, ["accuracy"], keras.optimizers.Adam(0.05)),
    "two_outputs_lists": (recommender, ["mean_squared_error", SPARSE], [["mae"], ["accuracy"]], sgd(), {"loss_weights": [0.5, 2.0]}),
    "two_outputs_maps": (two_towers, {"near": "mean_squared_error", "far": CATEGORICAL}, {"far": ["accuracy"]}, sgd(), {"loss_weights": {"far": 0.25, "near": 1.5}}),
    "two_outputs_one_loss": (two_towers, "mean_squared_error", None, sgd()),
    "dense_last_dimension": (vector(L.Dense(3, activation="relu"), shape=(2, 4)), "mean_squared_error", ["mae"], sgd()),
    "dropout_of_nothing": (vector(L.Dense(4, activation="relu"), L.Dropout(0.0), L.Dense(3, activation="softmax")), SPARSE, ["accuracy"], sgd()),
    "activation_relu": (vector(L.Dense(4), L.Activation("relu"), L.Dense(2)), "mean_squared_error", ["mae"], sgd()),
    "activation_tanh": (vector(L.Dense(4), L.Activation("tanh"), L.Dense(2)), "mean_squared_error", ["mae"], sgd()),
    "activation_sigmoid": (vector(L.Dense(4), L.Activation("sigmoid"), L.Dense(2)), "mean_squared_error", ["mae"], sgd()),
    "activation_softmax": (vector(L.Dense(4), L.Activation("softmax"), L.Dense(2)), "mean_squared_error", ["mae"], sgd()),
    "activation_linear": (vector(L.Dense(4), L.Activation("linear"), L.Dense(2)), "mean_squared_error", ["mae"], sgd()),
    "loss_categorical": (vector(L.Dense(3, activation="softmax")), CATEGORICAL, ["accuracy"], sgd()),
    "loss_categorical_of_layer": (vector(L.Dense(3), L.Activation("softmax")), CATEGORICAL, ["accuracy"], sgd()),
    "loss_mse": (vector(L.Dense(2)), "mean_squared_error", ["mae", "mse"], sgd()),
    "loss_mse_of_one": (vector(L.Dense(1)), "mean_squared_error", ["mae"], sgd()),
    "accuracy_binary": (vector(L.Dense(1, activation="sigmoid")), "mean_squared_error", ["accuracy"], sgd()),
    "sgd_plain": (vector(L.Dense(3, activation="softmax")), SPARSE, ["accuracy"], keras.optimizers.SGD(0.1)),
    "sgd_nesterov": (vector(L.Dense(3, activation="softmax")), SPARSE, ["accuracy"], keras.optimizers.SGD(0.1, momentum=0.8, nesterov=True)),
    "adam": (vector(L.Dense(4, activation="tanh"), L.Dense(3, activation="softmax")), SPARSE, ["accuracy"], keras.optimizers.Adam(0.05)),
    "adam_betas": (vector(L.Dense(3, activation="softmax")), SPARSE, ["accuracy"], keras.optimizers.Adam(0.02, beta_1=0.7, beta_2=0.9, epsilon=1e-3)),
    "adam_amsgrad": updated(O.Adam(0.1, beta_2=0.5, amsgrad=True)),
    "adamw": updated(O.AdamW(0.05, weight_decay=0.3)),
    "adamax": updated(O.Adamax(0.05, beta_2=0.8)),
    "nadam": updated(O.Nadam(0.05)),
    "rmsprop": updated(O.RMSprop(0.02)),
    "rmsprop_centered": updated(O.RMSprop(0.02, rho=0.8, momentum=0.7, epsilon=1e-3, centered=True)),
    "adagrad": updated(O.Adagrad(0.1, initial_accumulator_value=0.01)),
    "adadelta": updated(O.Adadelta(1.0, rho=0.9)),
    "lion": updated(O.Lion(0.01, beta_2=0.9)),
    "weight_decay": updated(O.SGD(0.1, momentum=0.9, weight_decay=0.5)),
    "clipnorm": updated(O.SGD(0.5, clipnorm=0.1)),
    "clipvalue": updated(O.SGD(0.5, clipvalue=0.02)),
    "global_clipnorm": updated(O.SGD(0.5, momentum=0.5, global_clipnorm=0.1)),
    "ema": updated(O.SGD(0.2, momentum=0.9, use_ema=True, ema_momentum=0.6)),
    "ema_overwrite": updated(O.Adam(0.05, use_ema=True, ema_momentum=0.6, ema_overwrite_frequency=2)),
    "accumulation": updated(O.Nadam(0.1, gradient_accumulation_steps=4)),
    "accumulation_ema": updated(O.AdamW(0.1, clipnorm=0.1, amsgrad=True, use_ema=True, ema_momentum=0.6, ema_overwrite_frequency=2, gradient_accumulation_steps=2)),
    "exponential_decay": updated(O.SGD(S.ExponentialDecay(0.5, 2, 0.7))),
    "exponential_decay_staircase": updated(O.SGD(S.ExponentialDecay(0.5, 2, 0.7, staircase=True), momentum=0.5)),
    "inverse_time_decay": updated(O.Adam(S.InverseTimeDecay(0.1, 2, 0.7))),
    "polynomial_decay": updated(O.SGD(S.PolynomialDecay(0.5, 4, end_learning_rate=0.1, power=2.0))),
    "polynomial_decay_cycle": updated(O.SGD(S.PolynomialDecay(0.5, 2, end_learning_rate=0.1, cycle=True))),
    "piecewise_constant_decay": updated(O.SGD(S.PiecewiseConstantDecay([1, 3], [0.5, 0.25, 0.1]))),
    "cosine_decay": updated(O.AdamW(S.CosineDecay(0.1, 5, alpha=0.1), weight_decay=0.1)),
    "cosine_decay_warmup": updated(O.SGD(S.CosineDecay(0.05, 3, warmup_target=0.5, warmup_steps=2))),
    "cosine_decay_restarts": updated(O.SGD(S.CosineDecayRestarts(0.5, 2, t_mul=1.5, m_mul=0.8, alpha=0.05), gradient_accumulation_steps=2)),
    "batch_normalization": (image(L.Conv2D(3, 2), L.BatchNormalization(momentum=0.8, **spread("gamma", "beta", "moving_mean", "moving_variance")), L.ReLU()), SPARSE, ["accuracy"], sgd()),
    "batch_normalization_wide": (image(L.Conv2D(33, 2), L.BatchNormalization(epsilon=0.01, scale=False), L.Activation("relu"), L.Conv2D(32, 2), L.BatchNormalization(center=False)), SPARSE, ["accuracy"], sgd()),
    "batch_normalization_frozen": (image(L.Conv2D(3, 2), frozen(L.BatchNormalization(**spread("gamma", "beta", "moving_mean", "moving_variance"))), L.Conv2D(2, 2)), SPARSE, ["accuracy"], sgd()),
    "batch_normalization_dense": (vector(L.Dense(17), L.BatchNormalization(momentum=0.5), L.Dense(3, activation="softmax")), SPARSE, ["accuracy"], sgd()),
    "layer_normalization": (steps(L.Dense(17), L.LayerNormalization(**spread("gamma", "beta"))), SPARSE, ["accuracy"], sgd()),
    "layer_normalization_axes": (image(L.Conv2D(3, 2), L.LayerNormalization(axis=(1, 3), epsilon=0.01), L.LayerNormalization(axis=[2, 3])), SPARSE, ["accuracy"], sgd()),
    "layer_normalization_rms": (steps(L.Dense(5), L.LayerNormalization(rms_scaling=True)), SPARSE, ["accuracy"], sgd()),
    "group_normalization": (image(L.Conv2D(6, 2), L.GroupNormalization(groups=3, **spread("gamma", "beta")), L.Conv2D(4, 2), L.GroupNormalization(groups=-1)), SPARSE, ["accuracy"], sgd()),
    "unit_normalization": (steps(L.Dense(5), L.UnitNormalization(), L.Dense(4), L.UnitNormalization(axis=[1, 2])), SPARSE, ["accuracy"], sgd()),
    "normalization": (adapted, SPARSE, ["accuracy"], sgd()),
    "normalization_given": (steps(L.Normalization(axis=None, mean=0.5, variance=4.0), L.Dense(3), L.Normalization(axis=(1, 2), mean=[1.0, 2.0, 3.0], variance=[0.25, 1.0, 4.0], invert=True)), SPARSE, ["accuracy"], sgd()),
    "relu": (image(L.Conv2D(3, 2), L.ReLU(), L.Conv2D(3, 2), L.ReLU(max_value=0.8, negative_slope=0.2, threshold=0.1)), SPARSE, ["accuracy"], sgd()),
    "leaky_relu": (image(L.Conv2D(3, 2), L.LeakyReLU(), L.Conv2D(3, 2), L.ELU(alpha=0.5)), SPARSE, ["accuracy"], sgd()),
    "prelu": (image(L.Conv2D(3, 2), L.PReLU(), L.Conv2D(3, 2), L.PReLU(shared_axes=[1, 2], **spread("alpha"))), SPARSE, ["accuracy"], sgd()),
    "softmax": (image(L.Conv2D(3, 2), L.Softmax(axis=2), L.Conv2D(3, 2), L.Softmax(axis=[1, 3]), L.Softmax()), SPARSE, ["accuracy"], sgd()),
    "softmax_last": ([L.Input((5,)), L.Dense(3), L.Softmax()], SPARSE, ["accuracy"], sgd()),
    "random_layers_of_nothing": (image(L.Conv2D(3, 2), L.SpatialDropout2D(0.0), L.GaussianDropout(0.0), L.AlphaDropout(0.0), L.GaussianNoise(0.0), L.Reshape((-1, 3)), L.SpatialDropout1D(0.0)), SPARSE, ["accuracy"], sgd()),
    "resizing": (image(L.Resizing(9, 4), L.Conv2D(3, 2), L.Resizing(4, 7, interpolation="nearest"), L.Conv2D(2, 2), L.Resizing(3, 3, crop_to_aspect_ratio=True), L.Resizing(5, 4, pad_to_aspect_ratio=True, fill_value=0.5)), SPARSE, ["accuracy"], sgd()),
    "center_crop": (image(L.CenterCrop(5, 4), L.Conv2D(3, 2), L.CenterCrop(5, 3)), SPARSE, ["accuracy"], sgd()),
    "augmentation": (image(L.RandomRotation((0.1, 0.1)), L.RandomTranslation((0.2, 0.2), (-0.3, -0.3), fill_mode="constant", fill_value=0.5), L.RandomZoom((0.2, 0.2)), L.RandomBrightness((0.2, 0.2), value_range=(-2, 2)), L.RandomContrast((0.0, 0.0), value_range=(-1, 1)), L.Conv2D(3, 2)), SPARSE, ["accuracy"], sgd()),
    "sparsemax": (steps(L.Dense(6, activation="sparsemax")), SPARSE, ["accuracy"], sgd()),
    # Keras takes glu's result for twice as wide as it is: here a mean takes the place of that dimension.
    "glu": ([L.Input((7, 2)), L.Dense(4, activation="glu"), L.Permute((2, 1)), L.GlobalAveragePooling1D()], "mean_squared_error", ["mae"], sgd()),
    "batch_normalization_axis": (image(L.Conv2D(3, 2), L.BatchNormalization(axis=1, momentum=0.8, **spread("gamma", "beta")), L.BatchNormalization(axis=2)), SPARSE, ["accuracy"], sgd()),
    "rescaling_channels": (image(L.Conv2D(2, 2), L.Rescaling([0.5, -0.5], offset=[-0.25, 0.5]), L.Rescaling(0.5, offset=[[0.1], [0.2], [0.3], [0.4]])), SPARSE, ["accuracy"], sgd()),
    "relu_up_to_nothing": (image(L.Conv2D(3, 2), L.ReLU(max_value=0.0, negative_slope=0.2, threshold=0.1)), SPARSE, ["accuracy"], sgd()),
    "channels_first": ([L.Input((2, 6, 5)), L.ZeroPadding2D((1, 2), data_format="channels_first"), L.BatchNormalization(axis=1), L.AveragePooling2D(2, data_format="channels_first"), L.UpSampling2D((1, 2), data_format="channels_first"), L.MaxPooling2D(2, strides=1, padding="same", data_format="channels_first"), L.Flatten(data_format="channels_first"), L.Dense(3, activation="softmax")], SPARSE, ["accuracy"], sgd()),
    "channels_first_global": ([L.Input((2, 6, 5)), L.BatchNormalization(axis=1), L.GlobalMaxPooling2D(data_format="channels_first", keepdims=True), L.GlobalAveragePooling2D(data_format="channels_first"), L.Dense(3, activation="softmax")], SPARSE, ["accuracy"], sgd()),
    "embedding_mask": ([L.Input((6,), dtype="int32"), L.Embedding(7, 3, mask_zero=True), L.Dense(4, activation="tanh"), L.LayerNormalization(), L.GlobalAveragePooling1D(), L.Dense(3, activation="softmax")], SPARSE, ["accuracy"], sgd()),
    "embedding_mask_ends": ([L.Input((6,), dtype="int32"), L.Embedding(7, 3, mask_zero=True), L.Conv1D(4, 2), L.GlobalAveragePooling1D(), L.Dense(3, activation="softmax")], SPARSE, ["accuracy"], sgd()),
    "resizing_antialias": (image(L.Resizing(3, 7, antialias=True), L.Conv2D(2, 2), L.Resizing(2, 3, interpolation="bicubic", antialias=True)), SPARSE, ["accuracy"], sgd()),
    "resizing_filters": (image(L.Conv2D(2, 2), L.Resizing(8, 3, interpolation="bicubic"), L.Resizing(9, 4, interpolation="lanczos3"), L.Resizing(4, 5, interpolation="lanczos5", antialias=True), L.UpSampling2D(2, interpolation="bicubic")), SPARSE, ["accuracy"], sgd()),
    "embedding_masks": (masked, SPARSE, ["accuracy"], sgd()),
    "loss_scale_factor": updated(O.Adam(0.05, clipnorm=0.1, loss_scale_factor=8.0)),
    "auc_of_labels": (vector(L.Dense(3, activation="sigmoid")), "binary_crossentropy", ["accuracy", keras.metrics.AUC(multi_label=True, label_weights=[1.0, 2.0, 3.0])], sgd()),
    "auc_of_each_label": (vector(L.Dense(3)), "mean_squared_error", ["accuracy", keras.metrics.AUC(multi_label=True, num_labels=3, curve="PR", from_logits=True)], sgd()),
    "auc_weighted": (vector(L.Dense(3, activation="sigmoid")), "binary_crossentropy", ["accuracy", keras.metrics.AUC(label_weights=[1.0, 2.0, 3.0])], sgd()),
    # Not larger than the crop in both directions: resized in training, as they are in inference.
    "random_crop_of_small": ([L.Input((6, 5, 2)), L.RandomCrop(8, 4), L.Conv2D(3, 2), L.GlobalAveragePooling2D(), L.Dense(3, activation="softmax")], SPARSE, ["accuracy"], sgd()),
}


def labels_for(shape, loss, metrics, random):
    if loss == SPARSE:
        return random.integers(0, shape[-1], ROWS).astype("int32")
    if loss == CATEGORICAL:
        return np.eye(shape[-1], dtype="float32")[random.integers(0, shape[-1], ROWS)]
    if "accuracy" in metrics:
        return random.integers(0, 2, shape).astype("float32")
    return random.normal(size=shape).astype("float32")


def of_output(given, model, i):
    """What a list, a map or one value for all says about an output."""
    if isinstance(given, dict):
        return given.get(model.output_names[i])
    return given[i] if isinstance(given, list) and len(model.outputs) > 1 else given


def inputs_for(x, random):
    shape = (ROWS, *x.shape[1:])
    if x.dtype == "uint8":
        return (np.arange(np.prod(shape)) % 9).reshape(shape).astype(x.dtype)
    if "int" in x.dtype:
        return random.integers(0, 7, shape).astype(x.dtype)
    return random.normal(size=shape).astype("float32")


def data_for(model, loss, metrics, random):
    x = [inputs_for(one, random) for one in model.inputs]
    y = [labels_for((ROWS, *one.shape[1:]), of_output(loss, model, i), of_output(metrics, model, i) or [], random)
         for i, one in enumerate(model.outputs)]
    return x, y


def named(name, values, names):
    """One array by its name, several by theirs behind it."""
    if len(values) == 1:
        return {name: values[0]}
    return {f"{name}_{of}": value for of, value in zip(names, values)}


def main():
    for number, (name, (stack, loss, metrics, optimizer, *more)) in enumerate(CASES.items()):
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        keras.utils.set_random_seed(number)
        random = np.random.default_rng(number)
        model = stack() if callable(stack) else keras.Sequential(stack)
        model.compile(optimizer, loss, metrics=metrics, **(more[0] if more else {}))
        xs, ys = data_for(model, loss, metrics, random)
        x, y = (xs, ys) if len(xs) + len(ys) > 2 else (xs[0], ys[0])
        input_names = [one.name for one in model.inputs]
        output_names = model.output_names if len(ys) > 1 else [""]
        if isinstance(getattr(model, "_inputs_struct", None), dict):
            x = dict(zip(input_names, xs))
        model.save(FOLDER / f"{name}.before.keras")
        predictions = model.predict(x, verbose=0)
        scores = model.evaluate(x, y, batch_size=ROWS, verbose=0)
        by_name = model.evaluate(x, y, batch_size=ROWS, verbose=0, return_dict=True) if len(ys) > 1 else {}
        history = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0).history
        model.save(FOLDER / f"{name}.after.keras")
        np.savez(FOLDER / f"{name}.npz", **named("x", xs, input_names), **named("y", ys, output_names),
                 **named("prediction", predictions if len(ys) > 1 else [predictions], output_names),
                 scores=np.float64(scores), losses=np.float64(history["loss"]),
                 **{f"score_{key}": np.float64([value]) for key, value in by_name.items()})


if __name__ == "__main__":
    main()
