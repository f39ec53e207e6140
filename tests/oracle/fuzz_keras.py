"""Real Keras against Sluice on networks drawn at random: predictions, loss, gradients, five training steps,
metrics.

fuzz_keras.py [--cases N] [--seed FIRST] [--only CASE …] [--jobs PROCESSES] [--runner PROGRAM]

Each case is a small network of random layers with random parameters, compiled with a random loss and optimizer. Keras
computes it with TensorFlow; the runner (run_cases.cc) computes it at both kernel levels that this processor has. First
come the cases of earlier disagreements, tests/oracle/cases.txt: one seed a line.

Two kinds of disagreement say nothing and are counted apart. In gradients, steps or metrics one that goes away with other inputs is
a kink: two elements tie in a maximum, an input of relu is next to zero. In trained weights one where Keras disagrees with itself
by as much, once weights and gradients are disturbed a little, is ill-conditioned: an optimizer that divides by a gradient's
size, or takes its sign, makes whole steps of rounding errors. Exit status 1 when anything else disagrees, or when more than one
of twenty cases drawn is of these two kinds.
"""

import argparse
import collections
import concurrent.futures
import concurrent.futures.process
import functools
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

# With oneDNN, TensorFlow 2.21 computes some convolutions of one channel with strides (1, 2) wrongly where it uses AVX-512.
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow", TF_ENABLE_ONEDNN_OPTS="0")

import keras
import numpy as np
import tensorflow as tf

from random_networks import FIRST_WIDER, draw_network, is_random

warnings.filterwarnings("ignore", "Skipping variable loading")  # The optimizer of an untrained model.
FOLDER = pathlib.Path(__file__).resolve().parent
STEPS = 5
ROWS = 5
BATCH = 20


def as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def single(values):
    return values[0] if len(values) == 1 else values


def leaf_layers(model):
    """The layers, those of nested models too. Their names are their own: Keras numbers them through."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from leaf_layers(layer)
        else:
            yield layer


def own_weights(layer):
    """The weights of a layer in the order of its file: those that are trained, then statistics."""
    return layer._trainable_variables + layer._non_trainable_variables


def variables(model, prefix, values):
    """Arrays by PREFIX/LAYER/INDEX; `values` maps id(variable) to an array and may leave some out."""
    arrays = {}
    for layer in leaf_layers(model):
        for index, variable in enumerate(w for w in own_weights(layer) if "seed" not in w.path):
            if id(variable) in values:
                arrays[f"{prefix}/{layer.name}/{index}"] = values[id(variable)]
    return arrays


def given(weights):
    return None if weights is None else single(weights)


def metric_results(model, inputs, labels, weights):
    """The metrics after an evaluation in batches of two rows, by output and place; m: plain, v: weighted."""
    model.evaluate(single(inputs), single(labels), sample_weight=given(weights), batch_size=2, verbose=0)
    results = {}
    for prefix, lists in (("m", model._compile_metrics._flat_metrics), ("v", model._compile_metrics._flat_weighted_metrics)):
        for output, metrics in enumerate(lists):
            for place, metric in enumerate(metrics.metrics if metrics else []):
                results[f"{prefix}{output}.{place}"] = np.atleast_1d(metric.result()).astype("float32")
    return results


def trains_by_chance(model):
    return any(is_random(layer) for layer in leaf_layers(model))


def keras_results(model, inputs, labels, weights):
    results = {f"y{i}": y for i, y in enumerate(as_list(model.predict(single(inputs), verbose=0)))}
    if trains_by_chance(model):
        return results
    with tf.GradientTape() as tape:
        outputs = model(single(inputs), training=True)
        loss = model.compute_loss(x=single(inputs), y=single(labels), y_pred=outputs, sample_weight=given(weights), training=True)
    trained = model.trainable_variables
    gradients = tape.gradient(loss, [v.value for v in trained])
    results["loss"] = loss.numpy()
    dense = {id(v): np.asarray(tf.convert_to_tensor(g)) for v, g in zip(trained, gradients) if g is not None}
    results |= variables(model, "g", dense)
    return results


def dense_step(model, inputs, labels, weights):
    """A step like train_on_batch with dense gradients. Where an index repeats in a batch, Keras on TensorFlow keeps an
    embedding's gradients apart and adds up their squares; with dense ones it squares their sum, as Sluice does."""
    with tf.GradientTape() as tape:
        outputs = model(single(inputs), training=True)
        loss = model.compute_loss(x=single(inputs), y=single(labels), y_pred=outputs, sample_weight=given(weights), training=True)
        loss = model.optimizer.scale_loss(loss)
    gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
    model.optimizer.apply([tf.convert_to_tensor(g) for g in gradients], model.trainable_variables)


def train(model, inputs, labels, weights):
    embeds = any(isinstance(layer, keras.layers.Embedding) for layer in leaf_layers(model))
    for _ in range(STEPS):
        if embeds:
            dense_step(model, inputs, labels, weights)
        else:
            model.train_on_batch(single(inputs), single(labels), sample_weight=given(weights))
    return variables(model, "w", {id(v): v.numpy() for layer in leaf_layers(model) for v in own_weights(layer)})


def disturb(model, seed):
    """Changes every weight by about a hundred-thousandth of itself, and gradients from now on by about a millionth of the
    largest of the weight, which is less than near() lets pass."""
    random = np.random.default_rng(seed)
    for variable in model.trainable_variables:
        variable.assign(variable.numpy() * (1 + 1e-5 * random.normal(size=variable.shape)).astype("float32"))
    apply = model.optimizer.apply

    def disturbed(gradient):
        noise = tf.random.stateless_normal(tf.shape(gradient), (seed, 0))
        return gradient + 1e-6 * tf.reduce_max(tf.abs(gradient)) * noise

    model.optimizer.apply = lambda gradients, variables: apply(
        [disturbed(tf.convert_to_tensor(gradient)) for gradient in gradients], variables
    )


def draw_case(seed, trial):
    """Case `seed` with data `trial`, as of draw_network(). Layers are numbered from the start."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    return draw_network(np.random.default_rng(seed), np.random.default_rng([seed, trial]), ROWS, seed >= FIRST_WIDER)


def write_case(path, seed, trial):
    """Draws case `seed` with data `trial`; returns what Keras makes of it."""
    model, inputs, labels, weights, text = draw_case(seed, trial)
    model.save(f"{path}.keras")
    arrays = {f"x{i}": x for i, x in enumerate(inputs)} | {f"label{i}": y for i, y in enumerate(labels)}
    arrays |= {f"weight{i}": weight for i, weight in enumerate(weights or [])}
    np.savez(f"{path}.npz", **arrays)
    results = keras_results(keras.models.load_model(f"{path}.keras"), inputs, labels, weights)
    if trains_by_chance(model):
        return results, text
    if model._compile_metrics is not None:
        results |= metric_results(keras.models.load_model(f"{path}.keras"), inputs, labels, weights)
    results |= train(keras.models.load_model(f"{path}.keras"), inputs, labels, weights)
    return results, text


def ill_conditioned(path, seed, theirs):
    """The trained weights in which Keras disagrees with itself: those of keras_results(), and from weights next to them."""
    _, inputs, labels, weights, _ = draw_case(seed, 0)
    keys = set()
    for disturbance in range(5):
        model = keras.models.load_model(f"{path}.keras")
        disturb(model, disturbance)
        again = train(model, inputs, labels, weights)
        keys |= {key for key, value in again.items() if near(value, np.asarray(theirs[key]), key)}
    return keys


def near(ours, theirs, key):
    if ours.shape != theirs.shape:
        return f"shape {ours.shape}, Keras {theirs.shape}"
    difference = np.abs(ours - theirs)
    if key[0] == "g":  # Gradients are sums with cancellation: relative to the largest of the weight.
        bound = 1e-6 + 1e-4 * np.max(np.abs(theirs), initial=0) + 1e-4 * np.abs(theirs)
    elif key[0] == "w":
        bound = 1e-5 + 1e-3 * np.max(np.abs(theirs), initial=0)
    else:
        bound = 1e-5 + 1e-4 * np.abs(theirs)
    wrong = ~(difference <= bound) & ~(np.isnan(ours) & np.isnan(theirs))
    if not wrong.any():
        return None
    worst = np.unravel_index(np.argmax(np.where(wrong, difference, -1)), difference.shape)
    return f"{wrong.sum()} of {wrong.size} differ, at {list(map(int, worst))}: {ours[worst]:.7g}, Keras {theirs[worst]:.7g}"


def is_noise(gradient, largest):
    """Whether a gradient is zero but for rounding, as that of a softmax over one element: optimizers that divide by its
    size, or take its sign, step by chance. It may grow with the largest one of the network."""
    return gradient is not None and np.max(np.abs(gradient), initial=0) < max(1e-6, 1e-7 * largest)


def disagreements(path, theirs):
    """Texts of what differs, by key; a key begins with its kind: 'y', 'l', 'g', 'w', 'm' or 'v'."""
    refused = pathlib.Path(f"{path}.sluice.txt")
    if refused.exists():
        return {"y": refused.read_text()}
    ours = np.load(f"{path}.sluice.npz")
    found = {}
    largest = max((np.max(np.abs(value), initial=0) for key, value in theirs.items() if key[0] == "g"), default=0)
    noisy = any(key[0] == "g" and is_noise(value, largest) for key, value in theirs.items())
    for key, value in theirs.items():
        gradient = theirs.get("g" + key[1:])
        # Running statistics follow the weights before them.
        if key[0] == "w" and (is_noise(gradient, largest) or (noisy and gradient is None)):
            continue
        if key[0] == "g" and is_noise(value, largest) and is_noise(ours.get(key), largest):
            continue
        fault = near(ours[key], np.asarray(value), key) if key in ours else "missing"
        if fault:
            found[key] = f"{key}: {fault}"
    return found


def kernel_levels():
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    return ["avx2", "avx512"] if "avx512bw" in flags else ["avx2"]


def run_sluice(runner, paths, level):
    for path in paths:
        pathlib.Path(f"{path}.sluice.txt").unlink(missing_ok=True)
    subprocess.run([runner, str(STEPS), *map(str, paths)], check=True, env=os.environ | {"SLUICE_KERNEL_LEVEL": level})


def is_kink(runner, folder, seed, level):
    """Whether gradients and steps of the case agree for two of three other data."""
    agreed = 0
    for trial in (1, 2, 3):
        path = folder / f"{seed}.{trial}"
        theirs, _ = write_case(path, seed, trial)
        run_sluice(runner, [path], level)
        agreed += not disagreements(path, theirs)
    return agreed >= 2


def says_nothing(runner, folder, seed, level, theirs, found):
    """'kinks' or 'ill-conditioned' where what was found in a case says nothing of Sluice."""
    kinds = {key[0] for key in found}
    if kinds == {"w"} and set(found) <= ill_conditioned(folder / str(seed), seed, theirs):
        return "ill-conditioned"
    return "kinks" if not {"y", "l"} & kinds and is_kink(runner, folder, seed, level) else None


def first_of_each_kind(found):
    return {key[0]: text for key, text in reversed(found.items())}.values()


def check(runner, seeds):
    """Runs a batch of cases; returns its size, the texts of the disagreements, and those that say nothing, by kind."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        cases = {seed: write_case(folder / str(seed), seed, 0) for seed in seeds}
        wrong, silent = {}, collections.defaultdict(set)
        for level in kernel_levels():
            run_sluice(runner, [folder / str(seed) for seed in seeds], level)
            for seed, (theirs, text) in cases.items():
                found = disagreements(folder / str(seed), theirs)
                if not found or seed in wrong:
                    continue
                reason = says_nothing(runner, folder, seed, level, theirs, found)
                if reason:
                    silent[reason].add(seed)
                    continue
                wrong[seed] = f"case {seed} ({level}): {text}\n  " + "\n  ".join(first_of_each_kind(found))
        return len(seeds), list(wrong.values()), dict(silent)


def in_processes(jobs, work, batches):
    """Yields work(batch) for each, in order. Processes are of few batches, as TensorFlow keeps what it compiled; now and
    then one of them dies in it, and what was not done begins again, at most three times without a batch done. Python's own
    max_tasks_per_child comes to a standstill now and then (3.11), so each pool is of so many batches."""
    done, deaths = 0, 0
    while done < len(batches):
        with concurrent.futures.ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
            try:
                for result in pool.map(work, batches[done:done + 5 * jobs]):
                    done, deaths = done + 1, 0
                    yield result
            except concurrent.futures.process.BrokenProcessPool:
                deaths += 1
                print(f"a process died in cases {batches[done][0]} and those that follow", flush=True)
                if deaths > 3:
                    raise


def kept_seeds():
    file = FOLDER / "cases.txt"
    return [int(line.split("#")[0]) for line in file.read_text().splitlines() if line.split("#")[0].strip()] if file.exists() else []


def main():
    slow = bool(os.environ.get("SLUICE_SLOW"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2000 if slow else 100)
    parser.add_argument("--seed", type=int, default=FIRST_WIDER, help="number of the first case")
    parser.add_argument("--only", type=int, nargs="*", help="these cases alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() if slow else 1, help="processes")
    parser.add_argument("--runner", default=os.environ.get("ORACLE_RUNNER", "build/release/oracle_run_cases"))
    arguments = parser.parse_args()
    drawn = set(range(arguments.seed, arguments.seed + arguments.cases))
    seeds = arguments.only or kept_seeds() + sorted(drawn)
    batches = [seeds[first:first + BATCH] for first in range(0, len(seeds), BATCH)]
    done, wrong, silent, silent_drawn = 0, 0, collections.Counter(), set()
    for size, found, unsaid in in_processes(arguments.jobs, functools.partial(check, arguments.runner), batches):
        done, wrong = done + size, wrong + len(found)
        for kind, of_kind in unsaid.items():
            found += [f"case {seed}: {kind}" for seed in sorted(of_kind)]
            silent[kind] += len(of_kind)
            silent_drawn |= of_kind & drawn
        print(*found, sep="\n", end="\n" if found else "", flush=True)
        print(f"{done} of {len(seeds)} cases, {wrong} disagree, {silent['kinks']} kinks, {silent['ill-conditioned']} ill-conditioned", flush=True)
    mostly_silent = not arguments.only and len(silent_drawn) > len(drawn) / 20
    return 1 if wrong or mostly_silent else 0


if __name__ == "__main__":
    sys.exit(main())
