"""The kernel levels of this processor. With AVX-512: the tests of kernels, engine and .keras files run at AVX2 too, the
level that the other tests do not choose. Without: the other tests have run at AVX2, and asking for more is refused."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

build = pathlib.Path(os.environ["SLUICE"]).resolve().parent
cli = pathlib.Path(__file__).resolve().parents[1] / "cli"
flags = re.search(r"^flags\s*:(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M).group(1).split()
wide = {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= set(flags)


def train(folder, level):
    """Trains a small network at a level; returns the exit status, standard error and the bytes of the model."""
    command = [build / "sluice", "train", "tiny.yaml", "--quiet", "--output", f"{level}.keras"]
    environment = {**os.environ, "SLUICE_KERNEL_LEVEL": level}
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    model = folder / f"{level}.keras"
    return done.returncode, done.stderr, model.read_bytes() if model.exists() else None


def check_levels(folder):
    subprocess.run([sys.executable, cli / "make_data.py", folder], check=True)
    (folder / "tiny.yaml").write_text((cli / "tiny.yaml").read_text())
    status, error, model = train(folder, "avx2")
    assert status == 0 and error == "" and model, (status, error)
    status, error, model = train(folder, "avx512")
    if wide:
        assert status == 0 and error == "" and model, (status, error)
    else:
        expected = "sluice: error: SLUICE_KERNEL_LEVEL=avx512: this processor lacks AVX-512\n"
        assert (status, error, model) == (2, expected, None), (status, error)
    status, error, model = train(folder, "sse9")
    expected = 'sluice: error: SLUICE_KERNEL_LEVEL: expected avx2 or avx512, got "sse9"\n'
    assert (status, error, model) == (2, expected, None), (status, error)


with tempfile.TemporaryDirectory(prefix="sluice-levels-") as name:
    check_levels(pathlib.Path(name))
print("this processor has " + ("the kernel levels avx2 and avx512" if wide else "one kernel level, avx2"), flush=True)
for program in ("tensor_test", "nn_test", "formats_test") if wide else ():
    subprocess.run([build / program, "--gtest_brief=1"], env={**os.environ, "SLUICE_KERNEL_LEVEL": "avx2"}, check=True)
