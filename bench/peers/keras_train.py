"""Trains a network with Keras' `fit`, with shuffling and accuracy, until it is stopped.
Arguments: network, rows, batch size, threads, samples of a window, backend, jit (jit or plain), steps per execution."""
import sys

network, rows, batch, threads, window = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
backend, jit, steps = sys.argv[6], sys.argv[7] == "jit", int(sys.argv[8])

import keras_start  # noqa: E402

tf = keras_start.start(backend, threads)
import keras  # noqa: E402

import data  # noqa: E402
import keras_networks  # noqa: E402
import windows  # noqa: E402

x, y = data.load(rows)
options = tf.data.Options()
options.autotune.enabled = False
options.threading.private_threadpool_size = threads
# Repeated inside, so that the end of a window costs no new iterator.
batches = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(y)).repeat().batch(batch, drop_remainder=True).with_options(options)
model = getattr(keras_networks, network)()
model.compile(keras_networks.optimizer(network), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=jit,
              steps_per_execution=steps)


class Tell(keras.callbacks.Callback):
    async_safe = True  # Keras need not wait for the numbers of each step.

    def on_epoch_end(self, epoch, logs=None):
        windows.tell()


model.fit(batches, steps_per_epoch=window // batch, epochs=10**9, verbose=0, callbacks=[Tell()])
