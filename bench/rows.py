"""What is measured: the rows of the table, as data."""
import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".cache/bench-env/bin/python"
PEERS = ROOT / "bench/peers"
BUILT = ROOT / "build/bench"
DATA = BUILT / "data"
SLUICE = ROOT / "build/sluice"
SLUICE_BENCH = ROOT / "build/release/bench/sluice_bench"
FOREVER = 1_000_000  # epochs: contenders run until they are stopped


@dataclasses.dataclass(frozen=True)
class Contender:
    """A process that works for ever and prints a line that begins with `line` each time `samples` more are done."""
    name: str
    command: tuple
    samples: int
    line: str = "window"
    lines: int = 1         # that make one window to measure
    counts: bool = True    # whether the row's ratio is taken against it
    environment: tuple = ()


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    target: float          # ours over the best peer's
    ours: Contender
    peers: tuple
    flop_command: tuple    # prints JSON with the FLOP of one sample, forward
    passes: int            # of forward's FLOP that a sample takes
    cores: int = 1
    ours_cores: int = 1
    files: tuple = ()      # below build/bench/data, that must be there
    model: str = ""        # whose predictions must be Keras'
    network: tuple = ()    # the experiment whose untrained model's plan is measured; empty: that of `model`
    batch: int = 0         # of the plan; 0: none is measured


# glibc gives large blocks back to the system at once, and frameworks pay for that in every step. The last asks for huge pages.
PEER_ENVIRONMENT = (("MALLOC_MMAP_MAX_", "0"), ("MALLOC_TRIM_THRESHOLD_", "17179869184"), ("MALLOC_TOP_PAD_", "67108864"),
                    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"))


def peer(name, samples, script, *arguments, counts=True):
    return Contender(name, (str(PYTHON), str(PEERS / script), *map(str, arguments)), samples, counts=counts,
                     environment=PEER_ENVIRONMENT)


def experiment(network, rows, *settings):
    if network == "example":
        path, data = "examples/mnist/mnist.yaml", f"data={{train: {DATA / rows}}}"
    else:
        path, data = f"bench/networks/{network}.yaml", f"data.train={DATA / rows}"
    sets = [data, *settings]
    return (str(ROOT / path), *(word for setting in sets for word in ("--set", setting)))


def sluice_train(network, rows, samples, batch, threads):
    return Contender("Sluice", (str(SLUICE), "train",
                                *experiment(network, rows, f"fit.batch_size={batch}", f"fit.epochs={FOREVER}"),
                                "--output", "{scratch}/model.keras", "--threads", str(threads)),
                     samples, line="epoch ")


def framework_peers(network, rows, batch, threads, steps):
    """`steps` are a window, and one execution of Keras; XLA, slow at convolutions on processors, has fewer."""
    few = steps if network in ("mlp", "tiny_mlp") else max(steps // 4, 1)
    common = lambda steps: (network, DATA / rows, batch, threads, steps * batch)  # noqa: E731
    return (
        peer("Keras, TensorFlow", steps * batch, "keras_train.py", *common(steps), "tensorflow", "plain", steps),
        peer("Keras, TensorFlow, JIT", few * batch, "keras_train.py", *common(few), "tensorflow", "jit", few),
        peer("Keras, JAX", few * batch, "keras_train.py", *common(few), "jax", "jit", few),
        peer("PyTorch, eager", steps * batch, "torch_train.py", *common(steps), "eager"),
        peer("PyTorch, compiled", steps * batch, "torch_train.py", *common(steps), "compile"),
    )


def training_row(title, network, rows, samples, batch, target, steps, threads=1, more=()):
    """`samples`: the rows of the file, an epoch of ours; `steps`: a window of the peers'."""
    return Row(f"train {title} batch {batch}" + (f", {threads} threads" if threads > 1 else ""), target,
               sluice_train(network, rows, samples, batch, threads),
               framework_peers(network, rows, batch, threads, steps) + more,
               (str(SLUICE), "check", *experiment(network, rows), "--json"), 3, cores=threads, ours_cores=threads,
               files=(rows,), network=experiment(network, rows), batch=batch)


def raw_jax(units, rows, samples, batch, networks=1):
    name = "raw JAX, scan" if networks == 1 else f"raw JAX, scan, {networks} networks under vmap, all their samples"
    return peer(name, samples * networks, "jax_train.py", units, DATA / rows, batch, networks, counts=networks == 1)


def inference_row(title, network, batch, samples, target):
    common = (batch, 1, samples)
    return Row(f"infer {title} batch {batch}", target,
               Contender("Sluice", (str(SLUICE_BENCH), str(DATA / f"{network}.keras"), str(batch), str(samples)), samples), (
                   peer("onnxruntime", samples, "onnxruntime_infer.py", DATA / f"{network}.onnx", *common),
                   peer("OpenVINO", samples, "openvino_infer.py", DATA / f"{network}.onnx", *common),
                   peer("Keras, TensorFlow", samples, "keras_infer.py", network, *common, "tensorflow", "plain"),
                   peer("Keras, TensorFlow, JIT", samples, "keras_infer.py", network, *common, "tensorflow", "jit"),
                   peer("Keras, JAX", samples, "keras_infer.py", network, *common, "jax", "jit"),
                   peer("PyTorch, eager", samples, "torch_infer.py", network, *common, "eager"),
                   peer("PyTorch, compiled", samples, "torch_infer.py", network, *common, "compile"),
               ), (str(SLUICE), "inspect", str(DATA / f"{network}.keras"), "--json"), 1,
               files=(f"{network}.keras", f"{network}.onnx"), model=network, batch=batch)


def trials(name, workers, samples):
    return Contender(name, (str(SLUICE), "tune", *experiment("trials", "mnist-8448.npz"), "--workers", str(workers), "--study",
                            "{scratch}/study"), samples, line="trial ", lines=workers)


def trials_row():
    samples = 8192  # 8,448 rows less the 256 of the validation
    return Row("two trials side by side on two cores", 1.9, trials("Sluice, two workers", 2, samples),
               (trials("Sluice, one worker", 1, samples),),
               (str(SLUICE), "check", *experiment("trials", "mnist-8448.npz"), "--json"), 3, cores=1, ours_cores=2,
               files=("mnist-8448.npz",))


def all_rows():
    mlp, tiny = "784-128-10", "8-16-16-2"
    return (
        training_row("MNIST CNN", "mnist_cnn", "mnist-1024.npz", 1024, 128, 1.8, 8),
        training_row("MNIST CNN", "mnist_cnn", "mnist-1024.npz", 1024, 32, 1.6, 32),
        training_row("LeNet-5", "lenet5", "mnist-8192.npz", 8192, 128, 2.5, 32),
        training_row("LeNet-5", "lenet5", "mnist-8192.npz", 8192, 32, 3.0, 128),
        training_row("LeNet of examples/mnist", "example", "mnist-8192.npz", 8192, 64, 1.5, 64),
        training_row("founding network", "founding", "mnist-8192.npz", 8192, 64, 1.8, 32),
        training_row("MLP 784-128-10", "mlp", "mnist-49152.npz", 49152, 128, 1.2, 192,
                     more=(raw_jax(mlp, "mnist-49152.npz", 49152, 128),)),
        training_row("MLP 784-128-10", "mlp", "mnist-49152.npz", 49152, 32, 1.3, 512,
                     more=(raw_jax(mlp, "mnist-49152.npz", 49152, 32),)),
        training_row("tiny MLP 8-16-16-2", "tiny_mlp", "tiny-65536.npz", 65536, 32, 2.0, 1024,
                     more=(raw_jax(tiny, "tiny-65536.npz", 65536, 32), raw_jax(tiny, "tiny-65536.npz", 65536, 32, 16))),
        training_row("ResNet-20", "resnet20", "images-512.npz", 512, 128, 1.5, 4),
        inference_row("MNIST CNN", "mnist_cnn", 256, 2048, 1.8),
        inference_row("MNIST CNN", "mnist_cnn", 1, 1024, 1.5),
        inference_row("MobileNetV2", "mobilenet_v2", 1, 64, 1.0),
        inference_row("MobileNetV2", "mobilenet_v2", 32, 64, 1.0),
        trials_row(),
        training_row("MNIST CNN", "mnist_cnn", "mnist-1024.npz", 1024, 128, 1.8, 8, threads=2),
    )
