#!/usr/bin/env python3
"""Checks every #include of the sources against layers.txt. Usage: check_layers.py [REPOSITORY]

A line of layers.txt, `room: lower rooms`, names a folder below sluice/ and the rooms it may include beside itself;
they stand above its own line, so that no cycle can be written. Headers include the standard library and sluice/ only,
apart from private ones (*_internal.h, *-inl.h) and those for tests (*_testing.h, testing/*.h). Below sluice/ are .h and
.cc files only, whose includes are written out, and what goes into pages: .css, .js, and .S to take them in. Prints one line for each fault; exit status 1 when there is any.
"""

import re
import sys
from pathlib import Path

SUFFIXES = {".h", ".cc", ".S"}
OF_PAGES = {".css", ".js"}
DIRECTIVE = re.compile(r"^\s*(?:#|%:)\s*(include\w*|import|define\s+HWY_TARGET_INCLUDE)\b\s*(.*)")
PATH = re.compile(r'(["<])([^">]+)[">]\s*$')
BLANKED = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<end>[^(\s]*)\(.*?\)(?P=end)"|(?P<kept>"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\\n])*')""",
    re.S,
)
STANDARD_HEADERS = set(
    """
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits
    clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint
    cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem format forward_list fstream
    functional future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
    memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator
    semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view
    strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility
    valarray variant vector version
    """.split()
)


def read_layers(path):
    """Returns {room: rooms it may include} and the faults of the file itself."""
    layers, faults = {}, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        room, colon, lower = (part.strip() for part in line.partition(":"))
        if not colon or not room:
            faults.append(f"{path.name}:{number}: expected `room: lower rooms`, got `{line}`")
            continue
        if room in layers:
            faults.append(f"{path.name}:{number}: room {room} appears twice")
        for name in lower.split():
            if name not in layers:
                faults.append(f"{path.name}:{number}: room {room} names {name}, which is not above its own line")
        layers[room] = {room, *lower.split()}
    return layers, faults


def room_of(path, layers):
    """Returns the room that holds a path below sluice/ (the longest name wins), or None."""
    folders = path.split("/")[:-1]
    for length in range(len(folders), 0, -1):
        room = "/".join(folders[:length])
        if room in layers:
            return room
    return None


def is_public_header(path):
    private = path.stem.endswith(("_internal", "-inl", "_testing")) or path.parent.name == "testing"
    return path.suffix == ".h" and not private


def directives(text):
    """Yields the number of the line, the word and the rest of each directive that includes a file."""

    def blank(found):
        return found["kept"] or " " + "\n" * found[0].count("\n")

    number = 1
    for line in BLANKED.sub(blank, text.replace("\\\n", "\r")).split("\n"):
        found = DIRECTIVE.match(line.replace("\r", ""))
        if found:
            yield number, found[1], found[2]
        number += 1 + line.count("\r")


def fault_of_include(source, room, quote, name, layers, root):
    """Returns what is wrong with one #include, or None."""
    if any(part.startswith(".") or not part for part in name.split("/")):
        return f"{name}: write the path from the root of the repository, without . and .."
    if name.startswith("sluice/"):
        target = room_of(name.removeprefix("sluice/"), layers)
        if target is None:
            return f"{name} is in no room of layers.txt"
        if target not in layers[room]:
            return f"room {room} may not include room {target} ({name})"
        return None
    if quote == '"' and (source.parent / name).exists():
        return f'"{name}" is ours: write its path from the root of the repository'
    if (root / name).exists():
        return f"{name} is outside of sluice/"
    if is_public_header(source) and name not in STANDARD_HEADERS:
        return f"a public header may include the standard library and sluice/ only, not {name}"
    return None


def fault_of_directive(source, room, word, rest, layers, root):
    """Returns what is wrong with one directive, or None."""
    path = PATH.match(rest)
    if word.startswith("define"):
        itself = path and root / path[2] == source
        return None if itself else "HWY_TARGET_INCLUDE: expected the file itself"
    if word != "include":
        return f"expected #include, got #{word}"
    if not path:
        return f'expected #include "…" or <…>, got {rest.strip()}'
    return fault_of_include(source, room, path[1], path[2], layers, root)


def check_source(source, root, layers):
    """Returns the faults of one file."""
    shown = source.relative_to(root).as_posix()
    if source.is_symlink() or source.suffix not in SUFFIXES | OF_PAGES:
        return [f"{shown}:1: expected a file that ends in .h or .cc" + (", got a link" if source.is_symlink() else "")]
    room = room_of(shown.removeprefix("sluice/"), layers)
    if room is None:
        return [f"{shown}:1: this file is in no room of layers.txt"]
    faults = []
    for number, word, rest in directives(source.read_text()) if source.suffix in SUFFIXES else []:
        fault = fault_of_directive(source, room, word, rest, layers, root)
        if fault:
            faults.append(f"{shown}:{number}: {fault}")
    return faults


def check(root):
    """Returns the faults of a repository."""
    layers, faults = read_layers(root / "layers.txt")
    for source in sorted((root / "sluice").rglob("*")):
        if source.is_symlink() or not source.is_dir():
            faults += check_source(source, root, layers)
    return faults


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    faults = check(root)
    print("\n".join(faults) if faults else "layers: every include is as layers.txt says")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
