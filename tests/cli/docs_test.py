"""Runs every snippet of docs/getting-started.md, in order, on a part of MNIST.

Takes the program from $SLUICE and MNIST from $SLUICE_TEST_DATA. `datasets get` is left to the main job.
"""

import gzip
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

repository = pathlib.Path(__file__).resolve().parents[2]
program = pathlib.Path(os.environ.get("SLUICE", repository / "build" / "sluice")).resolve()
rows = {"train": 6000, "t10k": 500}


def shorten(source, target):
    """Writes the first rows of an IDX file."""
    count = rows[target.name.split("-")[0]]
    with gzip.open(source) as file:
        head = file.read(4)
        sizes = struct.unpack(f">{head[3]}I", file.read(4 * head[3]))
        data = file.read(count * (sizes[1] * sizes[2] if head[3] == 3 else 1))
    target.write_bytes(head + struct.pack(f">{head[3]}I", count, *sizes[1:]) + data)


def make_folder(folder, data):
    (folder / "data" / "mnist").mkdir(parents=True)
    for source in sorted((data / "mnist").glob("*.gz")):
        shorten(source, folder / "data" / "mnist" / source.stem)
    (folder / "examples").symlink_to(repository / "examples")


def run(language, code, folder):
    command = [sys.executable, "-c", code] if language == "python" else ["bash", "-ec", code]
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}", CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
    environment.pop("SLUICE_DATA", None)
    print(f"--- {language or 'shell'}\n{code}", flush=True)
    subprocess.run(command, cwd=folder, env=environment, check=True)


def main(folder):
    data = pathlib.Path(os.environ.get("SLUICE_TEST_DATA", repository.parent / "shared" / "data")).resolve()
    if not (data / "mnist").is_dir():
        print(f"skipped: there is no {data / 'mnist'}")
        return 77
    make_folder(folder, data)
    text = (repository / "docs" / "getting-started.md").read_text()
    for language, code in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S):
        if "datasets get" not in code:
            run(language, code, folder)
    return 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-docs-") as name:
        sys.exit(main(pathlib.Path(name)))
