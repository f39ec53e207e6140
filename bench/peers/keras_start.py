"""Keras on a backend and a number of threads; to be imported first, then `start`ed, before anything else is."""
import os


def start(backend, threads):
    os.environ.update(KERAS_BACKEND=backend, TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", JAX_PLATFORMS="cpu",
                      OMP_NUM_THREADS=str(threads))
    os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'false' if threads == 1 else 'true'}"
    import tensorflow as tf  # Reads the rows for every backend.
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    return tf
