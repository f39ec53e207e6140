"""Copies a .keras file with what standard input has as one of its members, packed: replace_member.py FROM TO MEMBER"""

import sys
import zipfile

source, target, member = sys.argv[1:]
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
    for name in old.namelist():
        if name != member:
            new.writestr(name, old.read(name))
    new.writestr(member, sys.stdin.buffer.read())
