"""Writes what real Keras' EarlyStopping and ReduceLROnPlateau do with drawn scores into callbacks.json.
Run: .cache/test-env/bin/python tests/golden/callbacks/make_goldens.py"""
import json
import os
import pathlib

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="tensorflow")
import numpy as np
from keras import callbacks as C

EPOCHS = 20


class Watched:
    """All that the callbacks ask of a model and its optimizer. Its weights are the epoch."""
    def __init__(self):
        self.optimizer, self.learning_rate, self.stop_training, self.weights = self, 0.5, False, 0

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def watch(callback, scores):
    """Runs a callback over the scores of the epochs; returns what came out."""
    model, rates = Watched(), []
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, score in enumerate(scores):
        model.weights = epoch + 1
        callback.on_epoch_end(epoch, {callback.monitor: score})
        rates.append(float(model.learning_rate))
        if model.stop_training:
            break
    callback.on_train_end()
    return {"epochs": len(rates), "kept": model.weights, "rates": rates}


def draw_early_stopping(random):
    return {"monitor": str(random.choice(["val_loss", "loss"])), "mode": str(random.choice(["auto", "min", "max"])),
            "patience": int(random.integers(0, 5)), "min_delta": float(random.choice([0, 0.1])),
            "baseline": None if random.random() < 0.7 else float(random.choice([0.3, 0.6])),
            "restore_best_weights": bool(random.random() < 0.7), "start_from_epoch": int(random.choice([0, 0, 3]))}


def draw_reduce(random):
    return {"monitor": "val_loss", "mode": str(random.choice(["auto", "max"])), "factor": float(random.choice([0.5, 0.25])),
            "patience": int(random.integers(0, 4)), "min_delta": float(random.choice([0, 0.1])),
            "cooldown": int(random.integers(0, 3)), "min_lr": float(random.choice([0, 0.03125]))}


def main():
    random = np.random.default_rng(0)
    cases = []
    for number in range(120):
        name, draw = [("EarlyStopping", draw_early_stopping), ("ReduceLROnPlateau", draw_reduce)][number % 2]
        parameters = draw(random)
        scores = (np.round(random.random(EPOCHS) * 8) / 8 + np.linspace(random.choice([0, 1]), 0, EPOCHS)).tolist()
        cases.append({"class_name": name, "config": parameters, "scores": scores,
                      **watch(getattr(C, name)(**parameters), scores)})
    lines = ",\n".join(json.dumps(case) for case in cases)
    pathlib.Path(__file__).with_name("callbacks.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
