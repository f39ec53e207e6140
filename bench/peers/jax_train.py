"""Trains an MLP in JAX by hand: Adam, a whole epoch in one `lax.scan`, shuffled, without metrics. Until it is stopped.
Arguments: units of the layers (784-128-10), rows, batch size, networks side by side (under `vmap` when more than one)."""
import os
import sys

os.environ.update(JAX_PLATFORMS="cpu", XLA_FLAGS="--xla_cpu_multi_thread_eigen=false")
units, rows, batch, networks = [int(size) for size in sys.argv[1].split("-")], sys.argv[2], *map(int, sys.argv[3:5])

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

import data  # noqa: E402
import windows  # noqa: E402

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7


def initial(key):
    parameters = []
    for key, inputs, outputs in zip(jax.random.split(key, len(units) - 1), units, units[1:]):
        limit = (6 / (inputs + outputs)) ** 0.5
        parameters.append((jax.random.uniform(key, (inputs, outputs), minval=-limit, maxval=limit), jnp.zeros(outputs)))
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    return parameters, zeros, zeros, jnp.float32(0)


def loss(parameters, x, y):
    for kernel, bias in parameters[:-1]:
        x = jax.nn.relu(x @ kernel + bias)
    kernel, bias = parameters[-1]
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(x @ kernel + bias), y[:, None], 1))


def step(state, x, y):
    parameters, m, v, t = state
    gradients = jax.grad(loss)(parameters, x, y)
    t = t + 1
    m = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, m, gradients)
    v = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, v, gradients)
    rate = RATE * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    parameters = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON), parameters, m, v)
    return parameters, m, v, t


steps = jax.vmap(step, in_axes=(0, None, None)) if networks > 1 else step
x, y = data.load(rows)
x, y = jnp.asarray(x.reshape(len(y), -1)), jnp.asarray(y)
epoch = jax.jit(lambda state, order: jax.lax.scan(lambda s, rows: (steps(s, x[rows], y[rows]), None), state, order)[0],
                donate_argnums=0)
keys = jax.random.split(jax.random.key(0), networks)
state = jax.vmap(initial)(keys) if networks > 1 else initial(keys[0])
state = jax.tree.map(jnp.array, state)  # The zeros are shared; donated buffers must not be.
random = np.random.default_rng(1)
while True:
    state = epoch(state, random.permutation(len(y)).astype("int32").reshape(-1, batch))
    jax.block_until_ready(state)
    windows.tell()
