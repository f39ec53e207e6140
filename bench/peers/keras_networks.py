"""The networks of bench/networks in Keras, without the scaling of bytes: peers hold their rows as float32."""
import keras
from keras import layers


def mnist_cnn():
    return keras.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"), layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Dropout(0.25), layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


def lenet5():
    return keras.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="relu"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="relu"), layers.AveragePooling2D(2),
        layers.Flatten(), layers.Dense(120, activation="relu"), layers.Dense(84, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def example():
    """The network of examples/mnist, with its defaults."""
    return keras.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(16, 5, activation="relu"), layers.MaxPooling2D(2),
        layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


def founding():
    return keras.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(16, 5, padding="same", activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(32, 5, padding="same", activation="relu"), layers.MaxPooling2D(2),
        layers.Flatten(), layers.Dense(512, activation="relu"), layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


def mlp():
    return keras.Sequential([layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(128, activation="relu"),
                             layers.Dense(10, activation="softmax")])


def tiny_mlp():
    return keras.Sequential([layers.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(16, activation="relu"),
                             layers.Dense(2, activation="softmax")])


def normalized_convolution(x, filters, size, strides):
    x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def residual_block(x, filters, strides):
    y = layers.ReLU()(normalized_convolution(x, filters, 3, strides))
    y = normalized_convolution(y, filters, 3, 1)
    shortcut = normalized_convolution(x, filters, 1, strides) if strides > 1 else x
    return layers.ReLU()(layers.Add()([y, shortcut]))


def resnet20():
    image = layers.Input((32, 32, 3))
    x = layers.ReLU()(normalized_convolution(image, 16, 3, 1))
    for filters in (16, 32, 64):
        for block in range(3):
            x = residual_block(x, filters, 2 if filters > 16 and block == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def mobilenet_v2():
    return keras.applications.MobileNetV2(weights=None)


def optimizer(network):
    return keras.optimizers.SGD(0.01, momentum=0.9) if network in ("founding", "example") else keras.optimizers.Adam()
