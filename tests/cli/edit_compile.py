"""Copies a .keras file with another value in its compile configuration: edit_compile.py FROM TO KEY JSON"""

import json
import sys
import zipfile

source, target, key, value = sys.argv[1:]
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
    for name in old.namelist():
        data = old.read(name)
        if name == "config.json":
            config = json.loads(data)
            config["compile_config"][key] = json.loads(value)
            data = json.dumps(config).encode()
        new.writestr(name, data)
