"""Replays the text tests beside this file against the program ($SLUICE). Arguments name some of them: errors …

A text test is a list of commands and what is expected of each:

    $ sluice tune tiny.yaml --json     runs in bash; ends with status 0 where no `exit` follows
    exit 2                             another status
    out PATTERN                        a line of standard output matches; these lines come in this order
    err PATTERN                        the same for standard error
    no out                             nothing was written there; `no err` likewise
    json best.trial = 3                standard output is one JSON object, with this value
    json model has                     … with this key

`#` begins a comment. The commands of a file share a fresh folder that holds tiny.yaml and the data of make_data.py;
`$TESTS` is this folder. Each command runs once; a background process it starts must end with it.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import make_data

tests = pathlib.Path(__file__).resolve().parent
program = pathlib.Path(os.environ.get("SLUICE", tests.parent.parent / "build" / "sluice")).resolve()


class Step:
    def __init__(self, line, command):
        self.line, self.command, self.expected = line, command, []


def parse(text):
    steps = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("$ "):
            steps.append(Step(number, line[2:]))
        elif line.startswith("  ") and steps and not steps[-1].expected:
            steps[-1].command += "\n" + line
        elif line.strip() and not line.startswith("#"):
            steps[-1].expected.append(line)
    return steps


def run(command, folder):
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}", TESTS=str(tests))
    environment.pop("SLUICE_DATA", None)
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def lines_in_order(patterns, text):
    """Returns the first pattern that no further line matches, or None."""
    lines = iter(text.splitlines())
    for pattern in patterns:
        if not any(re.search(pattern, line) for line in lines):
            return pattern
    return None


def look_up(value, path):
    for key in path.split("."):
        value = value[int(key) if isinstance(value, list) else key]
    return value


def json_fault(rule, text):
    try:
        value = json.loads(text)
        path, wanted = rule.rsplit(" has", 1)[0] if rule.endswith(" has") else rule.split(" = ", 1)[0], rule.split(" = ", 1)[1:]
        found = look_up(value, path)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        return f"json {rule}: {type(error).__name__} {error}"
    if wanted and found != json.loads(wanted[0]):
        return f"json {rule}: got {json.dumps(found)}"
    return None


def extra_lines(done):
    """What follows an error: a failure is told in one line, the last one."""
    lines = done.stderr.splitlines()
    begins = [number for number, line in enumerate(lines) if line.startswith("sluice: error: ")]
    return lines[begins[0] + 1 :] if begins and done.returncode in (1, 2) else []


def faults(step, done):
    wanted = {"exit": ["0"], "out": [], "err": [], "no": [], "json": []}
    for line in step.expected:
        word, _, rest = line.partition(" ")
        wanted[word] = [rest] if word == "exit" else wanted[word] + [rest]
    if str(done.returncode) != wanted["exit"][0]:
        yield f"exit status {done.returncode}, expected {wanted['exit'][0]}"
    if extra_lines(done):
        yield f"more lines of err after the error: {extra_lines(done)[0]}"
    for word, text in (("out", done.stdout), ("err", done.stderr)):
        missing = lines_in_order(wanted[word], text)
        if missing is not None:
            yield f"no line of {word} matches: {missing}"
        if word in wanted["no"] and text:
            yield f"expected nothing in {word}"
    yield from filter(None, (json_fault(rule, done.stdout) for rule in wanted["json"]))


def shown(text, most=2000):
    return repr(text) if len(text) <= most else repr(text[:most]) + " …"


def replay(path):
    """Returns the number of faults."""
    count = 0
    with tempfile.TemporaryDirectory(prefix="sluice-cli-") as folder:
        make_data.make(folder, rows=96, size=8, classes=4)
        (pathlib.Path(folder) / "tiny.yaml").write_text((tests / "tiny.yaml").read_text())
        for step in parse(path.read_text()):
            done = run(step.command, folder)
            found = list(faults(step, done))
            count += len(found)
            if found:
                print(f"{path.name}:{step.line}: $ {step.command}")
                print("".join(f"  {fault}\n" for fault in found) + f"  out: {shown(done.stdout)}\n  err: {shown(done.stderr)}", flush=True)
    return count


def main():
    paths = [tests / f"{name}.txt" for name in sys.argv[1:]] or sorted(tests.glob("*.txt"))
    failed = 0
    for path in paths:
        count = replay(path)
        failed += count > 0
        print(f"{path.name}: {'ok' if count == 0 else f'{count} faults'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
