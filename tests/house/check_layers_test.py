"""Tests tools/check_layers.py on small repositories made for it, and on this one."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

import check_layers  # noqa: E402

LAYERS = "# lowest first\nbase:\nnn: base\nengine/local: base\ncli: base nn engine/local\n"


class CheckLayers(unittest.TestCase):
    def faults(self, files, layers=LAYERS):
        """Returns the faults of a repository with these files below sluice/."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "sluice").mkdir()
            (root / "layers.txt").write_text(layers)
            for name, text in files.items():
                path = root / "sluice" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check_layers.check(root)

    def test_accepts_this_repository(self):
        self.assertEqual(check_layers.check(ROOT), [])

    def test_accepts_what_layers_say(self):
        files = {
            "nn/layers/dense.h": '#pragma once\n#include <vector>\n#include "sluice/base/error.h"\n',
            "nn/layers/dense_test.cc": '#include <gtest/gtest.h>\n#include "sluice/nn/layers/dense.h"\n',
            "cli/main.cc": '#include "sluice/engine/local/executor.h"\n#include "sluice/nn/graph.h"\n',
        }
        self.assertEqual(self.faults(files), [])

    def test_refuses_an_include_of_a_higher_room(self):
        faults = self.faults({"base/error.h": '#pragma once\n\n#include "sluice/nn/graph.h"\n'})
        self.assertEqual(faults, ["sluice/base/error.h:3: room base may not include room nn (sluice/nn/graph.h)"])

    def test_refuses_an_include_of_a_sibling(self):
        faults = self.faults({"nn/graph_test.cc": "#  include <sluice/engine/local/executor.h>\n"})
        self.assertEqual(len(faults), 1)
        self.assertIn("room nn may not include room engine/local", faults[0])

    def test_refuses_a_room_that_names_one_below_its_line(self):
        faults = self.faults({}, "base: nn\nnn: base\n")
        self.assertEqual(faults, ["layers.txt:1: room base names nn, which is not above its own line"])

    def test_refuses_a_room_that_names_itself_or_appears_twice(self):
        self.assertEqual(len(self.faults({}, "base: base\n")), 1)
        self.assertEqual(len(self.faults({}, "base:\nbase:\n")), 1)

    def test_refuses_a_malformed_line(self):
        self.assertEqual(self.faults({}, "base\n"), ["layers.txt:1: expected `room: lower rooms`, got `base`"])

    def test_refuses_unknown_rooms(self):
        self.assertEqual(self.faults({"util/x.h": ""}), ["sluice/util/x.h:1: this file is in no room of layers.txt"])
        self.assertEqual(self.faults({"x.h": ""}), ["sluice/x.h:1: this file is in no room of layers.txt"])
        self.assertEqual(self.faults({"engine/x.cc": ""}), ["sluice/engine/x.cc:1: this file is in no room of layers.txt"])
        faults = self.faults({"cli/main.cc": '#include "sluice/util/x.h"\n'})
        self.assertEqual(faults, ["sluice/cli/main.cc:1: sluice/util/x.h is in no room of layers.txt"])

    def test_refuses_third_party_headers_in_public_ones(self):
        third_party = '#include <hwy/highway.h>\n'
        self.assertEqual(len(self.faults({"nn/kernel.h": third_party})), 1)
        self.assertEqual(len(self.faults({"nn/kernel.h": "#include <unistd.h>\n"})), 1)
        for name in ["nn/kernel.cc", "nn/kernel_internal.h", "nn/kernel-inl.h", "nn/case_testing.h", "nn/testing/case.h"]:
            self.assertEqual(self.faults({name: third_party}), [])

    def test_refuses_a_path_that_hides_the_room(self):
        files = {"nn/graph.cc": '#include "graph.h"\n#include "../base/error.h"\n', "nn/graph.h": "", "base/error.h": ""}
        self.assertEqual(len(self.faults(files)), 2)


if __name__ == "__main__":
    unittest.main()
