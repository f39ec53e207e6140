"""The report of a study in a real browser: everything is drawn, the console is clean, nothing is fetched.

A study with pruned and failed trials, one of a conditional space, one trial alone, an old journal without times, and one of
10,000 trials, for which the seconds are printed.
"""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

import make_data

tests = pathlib.Path(__file__).resolve().parent
program = pathlib.Path(os.environ.get("SLUICE", tests.parent.parent / "build" / "sluice")).resolve()
browser = "chromium-headless-shell"
CHARTS = ["history", "curves", "founding", "importance", "contour", "parallel", "slices", "timeline"]


def sluice(folder, *arguments):
    run = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


class Page:
    """A report as the browser has it once it is drawn."""

    def __init__(self, path):
        options = ["--no-sandbox", "--disable-gpu", "--window-size=1280,1000", "--enable-logging=stderr", "--virtual-time-budget=20000",
                   "--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom", f"file://{path}"]
        run = subprocess.run([browser, *options], capture_output=True, text=True, timeout=300)
        self.dom = run.stdout
        said = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
        assert not said, said
        ready = re.search(r'<html[^>]* data-ready="(\d+)"', self.dom)
        assert ready, f"the page was not drawn: {run.stderr[-2000:]}"
        self.milliseconds = int(ready[1])
        assert "NaN" not in re.sub(r"(?s)<script.*?</script>", "", self.dom)

    def section(self, name):
        found = re.search(rf'(?s)<section[^>]* id="{name}">.*?</section>', self.dom)
        return found[0] if found else ""

    def marks(self, name):
        """How many shapes a chart that is drawn as SVG has."""
        return self.section(name).count("<path")

    def charts(self):
        return [name for name in CHARTS if re.search(r"<svg|<canvas", self.section(name))]


def study(folder, name, text, *arguments):
    (folder / f"{name}.yaml").write_text(text.replace("name: tiny", f"name: {name}"))
    result = json.loads(sluice(folder, "tune", f"{name}.yaml", "--json", "--quiet", *arguments))
    assert result["report"] == f"studies/{name}/report.html", result["report"]
    return folder / result["report"], result


def crc32c(data, table=[]):
    if not table:
        for byte in range(256):
            for _ in range(8):
                byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
            table.append(byte)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def journal_line(number, record):
    text = json.dumps({"seq": number} | record, separators=(",", ":"))
    return text.replace("{", f'{{"seq":{number},"crc32c":{crc32c(text.encode())},', 1).replace(f'"seq":{number},"kind"', '"kind"', 1)


def write_large_study(folder, like, trials):
    """A journal as of a study of so many trials, with the identity of another."""
    first = json.loads((like / "journal.jsonl").read_text().splitlines()[0])
    first = {key: first[key] for key in ("kind", "version", "trials", "identity")} | {"trials": trials}
    records, draw = [first], random.Random(1)
    for trial in range(trials):
        params = {"units": draw.choice([8, 16, 32]), "learning_rate": 10 ** draw.uniform(-3, -0.5)}
        at = 1e9 + trial
        records.append({"kind": "job", "job": trial, "trial": trial, "first_epoch": 1, "last_epoch": 3, "epochs": 3,
                        "slot": trial % 4, "start": trial * 200, "cost": 100, "params": params})
        best = 0
        for epoch in (1, 2, 3):
            value = round(draw.uniform(0.5, 1), 4)
            best = max(best, value)
            records.append({"kind": "epoch", "job": trial, "trial": trial, "epoch": epoch, "objective": value,
                            "metrics": {"val_accuracy": value}, "seconds": 0.5})
        records.append({"kind": "result", "job": trial, "trial": trial, "epoch": 3, "finished": True, "stopped": False,
                        "value": best, "best_epoch": 1, "seconds": 1.5, "at": at})
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_text("\n".join(journal_line(*line) for line in enumerate(records)) + "\n")


def check_pruned_study(folder, tiny):
    text = tiny.replace("search: {sampler: random, trials: 5", "search: {sampler: tpe, pruner: asha, trials: 40")
    path, result = study(folder, "pruned", text)
    assert result["pruned"] > 0 and result["completed"] > 1, result
    page = Page(path)
    assert page.charts() == CHARTS, page.charts()
    assert page.marks("history") > 40 and page.marks("founding") > 40, page.marks("history")
    assert "worker" in page.section("timeline") and "% of the time at work" in page.section("timeline")
    assert page.section("trials").count("<tr") == 41
    assert "fANOVA" in page.section("importance") and "PED-ANOVA" in page.section("importance")
    # Asked for again, it is the same page; elsewhere, too.
    sluice(folder, "report", "studies/pruned", "--output", "again.html")
    assert (folder / "again.html").read_text() == path.read_text()
    return path


def check_conditional_study(folder, tiny):
    text = tiny.replace("Dense: {units: $units, activation: relu}", "Choose: {by: $kind, one: [{Dense: {units: $units, activation: relu}}], none: []}")
    text = text.replace("defaults: {", "defaults: {kind: one, ").replace("units: {choice: [8, 16, 32]}", "kind: {choice: [one, none]}\n  units: {choice: [8, 16, 32], when: {kind: one}}")
    text = text.replace("[0.001, 0.3]", "[0.001, 1e30]").replace("trials: 5", "trials: 12")
    path, result = study(folder, "conditional", text)
    assert result["failed"] > 0, result
    page = Page(path)
    assert page.section("trials").count(">failed<") == result["failed"]
    assert "diverged" in page.section("trials")


def check_small_studies(folder, tiny):
    path, _ = study(folder, "single", tiny.replace("trials: 5", "trials: 1"))
    assert "importance" not in Page(path).charts()
    journal = folder / "studies" / "single" / "journal.jsonl"
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    old = [{key: value for key, value in record.items() if key not in ("seq", "crc32c", "at")} for record in records]
    journal.write_text("\n".join(journal_line(*line) for line in enumerate(old)) + "\n")
    sluice(folder, "report", "studies/single")
    assert "by the logical clock" in Page(path).section("timeline")


def check_large_study(folder, like):
    trials = 10_000
    write_large_study(folder / "large", like, trials)
    start = time.perf_counter()
    sluice(folder, "report", "large")
    seconds = time.perf_counter() - start
    page = Page(folder / "large" / "report.html")
    assert page.charts() == CHARTS, page.charts()
    assert "page 1 of 200" in page.section("trials")
    print(f"{trials} trials: written in {seconds:.2f} s, drawn after {page.milliseconds / 1000:.2f} s")


def main():
    tiny = (tests / "tiny.yaml").read_text()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_data.make(folder, rows=96, size=8, classes=4)
        pruned = check_pruned_study(folder, tiny)
        check_conditional_study(folder, tiny)
        check_small_studies(folder, tiny)
        check_large_study(folder, pruned.parent)


if __name__ == "__main__":
    sys.exit(main())
