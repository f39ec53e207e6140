"""Runs the tests of kernels, engine and .keras files at the kernel level that the other tests do not choose: AVX2, where the
processor has AVX-512. On a processor without, the other tests have run at AVX2 already."""

import os
import pathlib
import re
import subprocess
import sys

build = pathlib.Path(os.environ["SLUICE"]).parent
flags = re.search(r"^flags\s*:(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M).group(1).split()
if not {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= set(flags):
    print("this processor has one kernel level, avx2")
    sys.exit(0)
for program in ("tensor_test", "nn_test", "formats_test"):
    subprocess.run([build / program, "--gtest_brief=1"], env={**os.environ, "SLUICE_KERNEL_LEVEL": "avx2"}, check=True)
