"""The study folders of earlier format versions beside this file are shown, printed, gone on with and extended.

A study belongs to the engine that began it: another one refuses to go on with it. To see that its files still load, this
test then gives the copy the identity that the present program would write.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

tests = pathlib.Path(__file__).resolve().parent
program = str(pathlib.Path(os.environ.get("SLUICE", tests.parent.parent / "build" / "sluice")).resolve())
os.environ["SLUICE_KERNEL_LEVEL"] = "avx2"


def sluice(folder, *arguments, status=0):
    done = subprocess.run([program, *arguments, "--json", "--quiet"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def records(study):
    return [json.loads(line) for line in (study / "journal.jsonl").read_text().splitlines()]


def write(record):
    """A line of a journal, as docs/formats/journal.md says."""
    text = json.dumps({key: value for key, value in record.items() if key != "crc32c"}, separators=(",", ":"), ensure_ascii=False)
    head, _, rest = text.partition(",")
    return f'{head},"crc32c":{crc32c(text.encode())},{rest}\n'


def adopt(study, identity):
    lines = (study / "journal.jsonl").read_text().splitlines(keepends=True)
    for number, record in enumerate(records(study)):
        if record["kind"] == "study":
            lines[number] = write(dict(record, identity=identity))
    (study / "journal.jsonl").write_text("".join(lines))


def essence(result):
    return {key: result[key] for key in ("trials", "completed", "pruned", "failed", "best", "default_test", "best_test")}


def tune(folder, study, *arguments, status=0):
    return sluice(folder, "tune", "saved.yaml", "--study", study, *arguments, status=status)


def check_identities(folder):
    """Returns true when the studies are those of the present engine; makes them so otherwise."""
    tune(folder, "fresh", "--trials", "1")
    here = records(folder / "fresh")[0]["identity"]
    there = records(folder / "ended")[0]["identity"]
    assert write(records(folder / "ended")[0]) == (folder / "ended" / "journal.jsonl").read_text().splitlines(keepends=True)[0]
    if here == there:
        return True
    different = [name for name in {**here, **there} if here.get(name) != there.get(name)]
    print(f"another identity by now: {', '.join(different)}")
    for study in ("ended", "stopped"):
        error = tune(folder, study, status=2)["error"]
        assert error["code"] == "conflict" and all(name in error["message"] for name in different), error
        adopt(folder / study, here)
    return False


def check(folder):
    expected = json.loads((folder / "result.json").read_text())
    ended = sluice(folder, "inspect", "ended")
    assert ended["ended"] and ended["best"] == expected["best"] and ended["test"]["best_test"] == expected["best_test"], ended
    stopped = sluice(folder, "inspect", "stopped")
    states = [trial["state"] for trial in stopped["trials"]]
    assert not stopped["ended"] and not stopped["running"], stopped
    assert "interrupted" in states and "completed" in states, states
    same = check_identities(folder)

    journal = (folder / "ended" / "journal.jsonl").read_text()
    assert essence(tune(folder, "ended")) == expected
    assert (folder / "ended" / "journal.jsonl").read_text() == journal
    assert sluice(folder, "inspect", "ended/model.keras")["parameters"] > 0

    earlier = (folder / "stopped" / "journal.jsonl").read_text()
    went_on = tune(folder, "stopped")
    assert went_on["trials"] == went_on["completed"] == 4, went_on
    assert (folder / "stopped" / "journal.jsonl").read_text().startswith(earlier)
    if same:
        assert essence(went_on) == expected, went_on
        assert (folder / "stopped" / "model.keras").read_bytes() == (folder / "ended" / "model.keras").read_bytes()

    extended = tune(folder, "ended", "--trials", "6")
    assert extended["trials"] == 6 and extended["default_test"] is not None, extended
    assert (folder / "ended" / "journal.jsonl").read_text().startswith(journal)


if __name__ == "__main__":
    for saved in sorted(path for path in tests.iterdir() if (path / "saved.yaml").exists()):
        with tempfile.TemporaryDirectory(prefix="sluice-saved-") as name:
            folder = pathlib.Path(name) / saved.name
            shutil.copytree(saved, folder)
            check(folder)
            print(f"{saved.name}: ok", flush=True)
