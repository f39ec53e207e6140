"""Runs a Keras model on random rows, compiled as a whole, until it is stopped.
Arguments: network, batch size, threads, samples of a window, backend, jit (jit or plain; JAX is always jit)."""
import sys

network, batch, threads, window = sys.argv[1], *map(int, sys.argv[2:5])
backend, jit = sys.argv[5], sys.argv[6] == "jit"

import keras_start  # noqa: E402

tf = keras_start.start(backend, threads)
import numpy as np  # noqa: E402

import keras_networks  # noqa: E402
import windows  # noqa: E402

model = getattr(keras_networks, network)()
x = np.random.default_rng(1).random((batch, *model.input_shape[1:]), dtype="float32")
if backend == "jax":
    import jax
    weights = [[variable.value for variable in group] for group in (model.trainable_variables, model.non_trainable_variables)]
    compiled = jax.jit(lambda rows: model.stateless_call(*weights, rows, training=False)[0])
    predict = lambda: np.asarray(compiled(x))  # noqa: E731
else:
    function = tf.function(lambda rows: model(rows, training=False), jit_compile=jit, autograph=False)
    concrete = function.get_concrete_function(tf.TensorSpec(x.shape, tf.float32))
    rows = tf.constant(x)
    predict = lambda: concrete(rows).numpy()  # noqa: E731
windows.run(predict, batch, window)
