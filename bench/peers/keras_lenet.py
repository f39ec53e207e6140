"""Trains the example's LeNet with Keras on TensorFlow; prints a line after every epoch.
Arguments: threads, epochs, batch size, jit (jit or plain), steps per execution."""
import os
import sys

threads, epochs, batch, jit, steps = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS=str(threads))

import tensorflow as tf  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)
import keras  # noqa: E402
from keras import layers  # noqa: E402

import mnist  # noqa: E402

model = keras.Sequential([
    layers.Input((28, 28, 1)),
    layers.Conv2D(6, 5, padding="same", activation="relu"), layers.MaxPooling2D(2),
    layers.Conv2D(16, 5, activation="relu"), layers.MaxPooling2D(2),
    layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dropout(0.5),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"],
              jit_compile=jit == "jit", steps_per_execution=steps)
options = tf.data.Options()
options.autotune.enabled = False
data = tf.data.Dataset.from_tensor_slices(mnist.train()).shuffle(10000).batch(batch, drop_remainder=jit == "jit").with_options(options)


class Line(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(f"epoch {epoch + 1} loss {logs['loss']:.4f}", flush=True)


print("start", flush=True)
model.fit(data, epochs=epochs, verbose=0, callbacks=[Line()])
