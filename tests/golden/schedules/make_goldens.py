"""Writes what real Keras' learning rate schedules say at some steps into schedules.json.
Run: .cache/test-env/bin/python tests/golden/schedules/make_goldens.py"""
import json
import os
import pathlib

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="tensorflow")
from keras.optimizers import schedules as S

SCHEDULES = [
    S.ExponentialDecay(0.5, 7, 0.9), S.ExponentialDecay(0.5, 7, 0.9, staircase=True),
    S.InverseTimeDecay(0.5, 7, 2.0), S.InverseTimeDecay(0.5, 7, 2.0, staircase=True),
    S.PolynomialDecay(0.5, 20), S.PolynomialDecay(0.5, 20, end_learning_rate=0.1, power=2.5),
    S.PolynomialDecay(0.5, 7, power=0.5, cycle=True),
    S.PiecewiseConstantDecay([4], [0.5, 0.25]), S.PiecewiseConstantDecay([0, 9, 20], [1.0, 0.5, 0.25, 0.0]),
    S.CosineDecay(0.5, 20), S.CosineDecay(0.5, 20, alpha=0.2),
    S.CosineDecay(0.1, 15, alpha=0.1, warmup_target=0.5, warmup_steps=6), S.CosineDecay(0.1, 15, warmup_target=0.5),
    S.CosineDecayRestarts(0.5, 5), S.CosineDecayRestarts(0.5, 4, t_mul=1.0, m_mul=0.7, alpha=0.1),
    S.CosineDecayRestarts(0.5, 3, t_mul=1.5, m_mul=1.2),
]


def described(schedule):
    config = schedule.get_config()
    del config["name"]
    return {"class_name": type(schedule).__name__, "config": config,
            "rates": [float(schedule(step)) for step in range(41)]}


if __name__ == "__main__":
    path = pathlib.Path(__file__).with_name("schedules.json")
    path.write_text("[\n" + ",\n".join(json.dumps(described(schedule)) for schedule in SCHEDULES) + "\n]\n")
