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

    def test_refuses_paths_that_go_up_or_stay(self):
        ways = ['"sluice/base/../nn/graph.h"', '"./sluice/nn/graph.h"', '"sluice//nn/graph.h"', '"/usr/include/stdio.h"']
        for way in ways:
            faults = self.faults({"base/error.cc": f"#include {way}\n"})
            fault = f"{way[1:-1]}: write the path from the root of the repository, without . and .."
            self.assertEqual(faults, [f"sluice/base/error.cc:1: {fault}"])

    def test_sees_includes_in_every_spelling(self):
        fault = "room base may not include room nn (sluice/nn/graph.h)"
        ways = ['#include /**/ "sluice/nn/graph.h"', '/* a\n b */ # /**/ include"sluice/nn/graph.h" // x',
                '#inc\\\nlude "sluice/nn/graph.h"', '%:include "sluice/nn/graph.h"', '#include <sluice/nn/graph.h>']
        for way in ways:
            line = 1 + way.startswith("/*")
            self.assertEqual(self.faults({"base/error.cc": way + "\n"}), [f"sluice/base/error.cc:{line}: {fault}"])
        text = "int a = 1'000;\n/* it's\n*/\nchar b = '\\'';\n#include \\\n  <sluice/nn/graph.h>\n#include MACRO\n"
        faults = self.faults({"base/error.cc": text})
        self.assertEqual([fault.split(" ")[0] for fault in faults], ["sluice/base/error.cc:5:", "sluice/base/error.cc:7:"])

    def test_leaves_comments_and_strings_alone(self):
        text = '// #include "sluice/nn/graph.h"\n/*\n#include "sluice/nn/graph.h"\n*/\nauto a = R"x(\n#include "sluice/nn/graph.h"\n)x";\n'
        self.assertEqual(self.faults({"base/error.cc": text}), [])

    def test_refuses_includes_that_are_not_written_out(self):
        self.assertEqual(self.faults({"base/error.cc": "#include HIDDEN\n"}),
                         ['sluice/base/error.cc:1: expected #include "…" or <…>, got HIDDEN'])
        self.assertEqual(self.faults({"base/error.cc": '#include_next "sluice/nn/graph.h"\n'}),
                         ["sluice/base/error.cc:1: expected #include, got #include_next"])
        self.assertEqual(self.faults({"base/error.cc": '#define HWY_TARGET_INCLUDE "sluice/nn/graph.cc"\n'}),
                         ["sluice/base/error.cc:1: HWY_TARGET_INCLUDE: expected the file itself"])
        self.assertEqual(self.faults({"base/error.cc": '#define HWY_TARGET_INCLUDE "sluice/base/error.cc"\n'}), [])

    def test_refuses_files_outside_of_the_rooms(self):
        files = {"base/error.cc": '#include "bench/rate.h"\n', "../bench/rate.h": ""}
        self.assertEqual(self.faults(files), ["sluice/base/error.cc:1: bench/rate.h is outside of sluice/"])

    def test_refuses_other_endings(self):
        for name in ["base/x.hpp", "base/x.hh", "base/x.cpp", "base/x.inc", "base/x"]:
            self.assertEqual(self.faults({name: ""}), [f"sluice/{name}:1: expected a file that ends in .h or .cc"])


if __name__ == "__main__":
    unittest.main()
