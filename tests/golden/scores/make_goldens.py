"""Values of Keras' losses and metrics: scores.json, read by sluice/nn/scores_test.cc.

`data` has outputs and labels by name, each of 70 rows; `weights` what the rows count. `losses` and `metrics` have the
values on them, plain and weighted; those of metrics after two updates.
"""

import json
import os
import pathlib

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import keras
import numpy as np

ROWS, SIZE = 70, 4
FOLDER = pathlib.Path(__file__).resolve().parent


def rounded(array):
    return np.round(array, 3).astype("float32")


def draw_data(random):
    reals = lambda: rounded(random.normal(size=(ROWS, SIZE)))
    shares = lambda: rounded(random.uniform(0.01, 0.99, size=(ROWS, SIZE)))
    classes = random.integers(0, SIZE, ROWS).astype("int32")
    one_hot = np.eye(SIZE, dtype="float32")[classes]
    bits = random.integers(0, 2, (ROWS, SIZE)).astype("float32")
    return {"reals": (reals(), reals()), "shares": (shares(), shares()), "bits": (shares(), bits), "logits": (reals(), bits),
            "signs": (reals(), 2 * bits - 1), "one_hot": (shares(), one_hot), "class_logits": (reals(), one_hot),
            "classes": (shares(), classes), "sparse_logits": (reals(), classes)}


LOSSES = [("MeanSquaredError", {}, "reals"), ("MeanAbsoluteError", {}, "reals"), ("MeanAbsolutePercentageError", {}, "reals"),
          ("MeanSquaredLogarithmicError", {}, "reals"), ("Huber", {"delta": 0.7}, "reals"), ("LogCosh", {}, "reals"),
          ("CosineSimilarity", {}, "reals"), ("Poisson", {}, "shares"), ("KLDivergence", {}, "shares"), ("Hinge", {}, "signs"),
          ("Hinge", {}, "logits"), ("SquaredHinge", {}, "signs"), ("SquaredHinge", {}, "logits"), ("CategoricalHinge", {}, "one_hot"),
          ("CategoricalHinge", {}, "class_logits"), ("BinaryCrossentropy", {}, "bits"),
          ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.2}, "logits"), ("BinaryFocalCrossentropy", {}, "bits"),
          ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.5, "label_smoothing": 0.1}, "bits"),
          ("BinaryFocalCrossentropy", {"from_logits": True, "gamma": 0.5}, "logits"),
          ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "one_hot"), ("CategoricalCrossentropy", {}, "one_hot"),
          ("CategoricalCrossentropy", {"from_logits": True}, "class_logits"), ("CategoricalFocalCrossentropy", {}, "one_hot"),
          ("CategoricalFocalCrossentropy", {"alpha": 0.6, "gamma": 1.2, "from_logits": True, "label_smoothing": 0.1}, "class_logits"),
          ("SparseCategoricalCrossentropy", {}, "classes"), ("SparseCategoricalCrossentropy", {"from_logits": True}, "sparse_logits"),
          ("MeanSquaredError", {"reduction": "mean_with_sample_weight"}, "reals")]
METRICS = [("MeanSquaredError", {}, "reals"), ("MeanAbsoluteError", {}, "reals"), ("RootMeanSquaredError", {}, "reals"),
           ("MeanAbsolutePercentageError", {}, "reals"), ("MeanSquaredLogarithmicError", {}, "shares"), ("LogCoshError", {}, "reals"),
           ("CosineSimilarity", {}, "reals"), ("KLDivergence", {}, "shares"), ("Poisson", {}, "shares"), ("Hinge", {}, "logits"),
           ("SquaredHinge", {}, "signs"), ("CategoricalHinge", {}, "one_hot"), ("BinaryCrossentropy", {"label_smoothing": 0.1}, "bits"),
           ("CategoricalCrossentropy", {"from_logits": True}, "class_logits"), ("SparseCategoricalCrossentropy", {}, "classes"),
           ("BinaryAccuracy", {"threshold": 0.4}, "bits"), ("CategoricalAccuracy", {}, "one_hot"),
           ("SparseCategoricalAccuracy", {}, "classes"), ("TopKCategoricalAccuracy", {"k": 2}, "one_hot"),
           ("SparseTopKCategoricalAccuracy", {"k": 3}, "classes"), ("AUC", {}, "bits"), ("AUC", {"curve": "PR"}, "bits"),
           ("AUC", {"num_thresholds": 7, "summation_method": "minoring"}, "bits"),
           ("AUC", {"num_thresholds": 9, "curve": "PR", "summation_method": "majoring"}, "bits"),
           ("AUC", {"thresholds": [0.2, 0.9, 0.35]}, "bits"), ("AUC", {"from_logits": True}, "logits"), ("Precision", {}, "bits"),
           ("Precision", {"thresholds": [0.8, 0.3]}, "bits"), ("Precision", {"thresholds": [0.0, 0.5, 1.0]}, "bits"),
           ("Precision", {"top_k": 2}, "bits"), ("Precision", {"top_k": 2, "class_id": 1}, "bits"), ("Recall", {"thresholds": 0.7}, "bits"),
           ("Recall", {"class_id": 3}, "bits"), ("Recall", {"top_k": 3, "thresholds": 0.5}, "one_hot"), ("TruePositives", {}, "bits"),
           ("FalsePositives", {"thresholds": [0.9, 0.2]}, "bits"), ("TrueNegatives", {"thresholds": 0.35}, "bits"),
           ("FalseNegatives", {}, "bits"), ("F1Score", {}, "one_hot"), ("F1Score", {"average": "micro", "threshold": 0.5}, "bits"),
           ("F1Score", {"average": "macro"}, "one_hot"), ("FBetaScore", {"beta": 2.0, "average": "weighted", "threshold": 0.6}, "bits"),
           ("R2Score", {}, "reals"), ("R2Score", {"class_aggregation": "variance_weighted_average", "num_regressors": 3}, "reals")]


def loss_case(name, config, data, weights):
    y, labels = DATA[data]
    loss = getattr(keras.losses, name)(**config)
    return {"class_name": name, "config": config, "data": data, "value": float(loss(labels, y)),
            "weighted": float(loss(labels, y, sample_weight=weights))}


def metric_values(name, config, data, weights):
    y, labels = DATA[data]
    metric = getattr(keras.metrics, name)(**config)
    for part in (slice(0, 40), slice(40, ROWS)):
        metric.update_state(labels[part], y[part], sample_weight=None if weights is None else weights[part])
    return [float(value) for value in np.atleast_1d(metric.result())]


def metric_case(name, config, data, weights):
    return {"class_name": name, "config": config, "data": data, "values": metric_values(name, config, data, None),
            "weighted": metric_values(name, config, data, weights)}


def numbers(array):
    return [round(float(value), 3) for value in array.ravel()]


random = np.random.default_rng(4)
DATA = draw_data(random)
WEIGHTS = rounded(random.uniform(0, 2, ROWS))
golden = {
    "data": {name: {"y": numbers(y), "labels": numbers(labels)} for name, (y, labels) in DATA.items()},
    "weights": numbers(WEIGHTS),
    "losses": [loss_case(*case, WEIGHTS) for case in LOSSES],
    "metrics": [metric_case(*case, WEIGHTS) for case in METRICS],
}
lines = ",\n".join(f' "{key}": {json.dumps(value)}' if key == "weights" else
                   f' "{key}": ' + json.dumps(value).replace('}, {', '},\n  {').replace(']}, "', ']},\n  "') for key, value in golden.items())
(FOLDER / "scores.json").write_text("{\n" + lines + "\n}\n")
