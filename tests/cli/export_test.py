"""Exported studies, read by those they are for: Optuna, which also goes on with one, and TensorBoard with its HParams plugin."""

import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

import make_data

tests = pathlib.Path(__file__).resolve().parent
program = pathlib.Path(os.environ.get("SLUICE", tests.parent.parent / "build" / "sluice")).resolve()
SPACE = """  units: {choice: [8, 16, 32]}
  learning_rate: {float: [0.001, 1e30], log: true}
  momentum: {float: [0, 0.8], step: 0.2}
  extra: {int: [2, 10], step: 4}
  kind: {choice: [relu, tanh]}
  slope: {float: [0, 1], when: {kind: tanh}}
"""


def sluice(folder, *arguments):
    run = subprocess.run([program, *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def write_study(folder):
    """A study with parameters of every kind and conditions, of which some trials fail and some are pruned."""
    text = (tests / "tiny.yaml").read_text()
    text = text.replace("activation: relu}", "activation: $kind}\n  - Dense: {units: $extra, kernel_initializer: {Constant: {value: 0.1}}}", 1)
    text = text.replace("momentum: 0.9", "momentum: $momentum")
    text = text.replace("  - Dense: {units: 4,", "  - Choose: {by: $kind, relu: [], tanh: [{LeakyReLU: {negative_slope: $slope}}]}\n  - Dense: {units: 4,")
    text = text.replace("defaults: {", "defaults: {momentum: 0.9, extra: 4, kind: tanh, slope: 0.5, ")
    head, _ = text.split("space:\n")
    search = "search: {sampler: tpe, pruner: asha, trials: 40, objective: max val_accuracy, seed: 1}\n"
    (folder / "tiny.yaml").write_text(head + "space:\n" + SPACE + search)
    sluice(folder, "tune", "tiny.yaml", "--quiet")
    return json.loads(sluice(folder, "inspect", "studies/tiny", "--json"))


def check_optuna(folder, ours):
    sluice(folder, "export", "studies/tiny", "--to", "optuna.log")
    study = optuna.load_study(study_name="tiny", storage=JournalStorage(JournalFileBackend(str(folder / "optuna.log"))))
    assert study.direction == optuna.study.StudyDirection.MAXIMIZE
    assert study.best_trial.number == ours["best"]["trial"] and study.best_value == ours["best"]["value"]
    states = {"completed": "COMPLETE", "pruned": "PRUNED", "failed": "FAIL"}
    assert set(states) <= {trial["state"] for trial in ours["trials"]}, "the study has no trial of some state"
    for theirs, mine in zip(study.trials, ours["trials"], strict=True):
        assert theirs.state.name == states[mine["state"]], (theirs, mine)
        assert theirs.params == mine["params"], (theirs.params, mine["params"])
        assert theirs.intermediate_values == {epoch["epoch"]: epoch["objective"] for epoch in mine["epochs"]}
        assert theirs.state.name == "FAIL" or theirs.value == mine["value"]
        assert theirs.datetime_start <= theirs.datetime_complete
    assert optuna.importance.get_param_importances(study, params=["units", "learning_rate"])
    before = len(study.trials)
    study.optimize(lambda trial: trial.suggest_float("learning_rate", 0.001, 1e30, log=True) * 0, n_trials=2)
    assert len(study.trials) == before + 2


def check_tensorboard(folder, ours):
    sluice(folder, "export", "studies/tiny", "--to", "runs")
    for trial in ours["trials"]:
        events = EventAccumulator(str(folder / "runs" / f"trial-{trial['trial']}"))
        events.Reload()
        for name in trial["epochs"][0]["metrics"] if trial["epochs"] else []:
            written = {epoch["epoch"]: epoch["metrics"][name] for epoch in trial["epochs"] if epoch["metrics"][name] is not None}
            read = {event.step: event.value for event in events.Scalars(name)}
            assert read.keys() == written.keys(), (name, read, written)
            assert all(math.isclose(read[step], written[step], rel_tol=1e-6) for step in read), (name, read, written)
        tags = events.summary_metadata
        start = metadata.parse_session_start_info_plugin_data(tags[metadata.SESSION_START_INFO_TAG].plugin_data.content)
        shown = {name: getattr(value, value.WhichOneof("kind")) for name, value in start.hparams.items()}
        assert shown == trial["params"], (shown, trial["params"])
        end = metadata.parse_session_end_info_plugin_data(tags[metadata.SESSION_END_INFO_TAG].plugin_data.content)
        assert end.status == (2 if trial["state"] == "failed" else 1), end
        assert end.end_time_secs >= start.start_time_secs > 1e9
    again = subprocess.run([program, "export", "studies/tiny", "--to", "runs"], cwd=folder, capture_output=True, text=True)
    assert again.returncode == 2 and "runs is not empty" in again.stderr, again


def main():
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_data.make(folder, rows=96, size=8, classes=4)
        ours = write_study(folder)
        check_optuna(folder, ours)
        check_tensorboard(folder, ours)


if __name__ == "__main__":
    sys.exit(main())
