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


SPARSE, CATEGORICAL = "sparse_categorical_crossentropy", "categorical_crossentropy"
# name: (layers, loss, metrics, optimizer)
CASES = {
    "rescaling": (image(L.Rescaling(0.5, offset=-0.25)), SPARSE, ["accuracy"], sgd()),
    "conv2d_valid": (image(L.Conv2D(3, 3)), SPARSE, ["accuracy"], sgd()),
    "conv2d_same_strides": (image(L.Conv2D(6, (3, 2), strides=(2, 1), padding="same", activation="relu")), SPARSE, ["accuracy"], sgd()),
    "conv2d_same_even": (image(L.Conv2D(2, 4, padding="same", use_bias=False)), SPARSE, ["accuracy"], sgd()),
    "conv2d_dilation": (image(L.Conv2D(4, 2, dilation_rate=(2, 3), activation="tanh")), SPARSE, ["accuracy"], sgd()),
    "conv2d_sigmoid": (image(L.Conv2D(2, 2, activation="sigmoid")), SPARSE, ["accuracy"], sgd()),
    "conv2d_twice": (image(L.Conv2D(4, 3, padding="same", activation="relu"), L.Conv2D(5, 3, activation="relu")), SPARSE, ["accuracy"], sgd()),
    "conv2d_wide": (image(L.Conv2D(32, 2, activation="relu"), L.Conv2D(33, 3, padding="same", strides=2), shape=(5, 4, 1)), SPARSE, ["accuracy"], sgd()),
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
}


def labels_for(model, loss, metrics, random):
    shape = (ROWS, *model.output_shape[1:])
    if loss == SPARSE:
        return random.integers(0, shape[-1], ROWS).astype("int32")
    if loss == CATEGORICAL:
        return np.eye(shape[-1], dtype="float32")[random.integers(0, shape[-1], ROWS)]
    if "accuracy" in metrics:
        return random.integers(0, 2, shape).astype("float32")
    return random.normal(size=shape).astype("float32")


def main():
    for number, (name, (stack, loss, metrics, optimizer)) in enumerate(CASES.items()):
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        keras.utils.set_random_seed(number)
        random = np.random.default_rng(number)
        model = keras.Sequential(stack)
        model.compile(optimizer, loss, metrics=metrics)
        x = random.normal(size=(ROWS, *model.input_shape[1:])).astype("float32")
        y = labels_for(model, loss, metrics, random)
        model.save(FOLDER / f"{name}.before.keras")
        prediction = model.predict(x, verbose=0)
        scores = model.evaluate(x, y, batch_size=ROWS, verbose=0)
        history = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0).history
        model.save(FOLDER / f"{name}.after.keras")
        np.savez(FOLDER / f"{name}.npz", x=x, y=y, prediction=prediction, scores=np.float64(scores),
                 losses=np.float64(history["loss"]))


if __name__ == "__main__":
    main()
