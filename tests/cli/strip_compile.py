"""Copies a .keras file without its compile configuration: strip_compile.py FROM TO"""

import json
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as old, zipfile.ZipFile(sys.argv[2], "w") as new:
    for name in old.namelist():
        data = old.read(name)
        if name == "config.json":
            data = json.dumps({**json.loads(data), "compile_config": None}).encode()
        new.writestr(name, data)
