"""What scikit-learn's metrics say of recorded predictions: metrics.json. Run with Debian's python3 (scikit-learn 1.2.1)."""
import json
import math
import os
import warnings

import numpy as np
from sklearn import metrics as M
from sklearn.preprocessing import label_binarize

warnings.filterwarnings("ignore")
RNG = np.random.default_rng(7)
AVERAGES = ["micro", "macro", "weighted"]


def plain(value):
    """NaN and infinities as texts, which JSON has no numbers for."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    value = value.item() if isinstance(value, np.generic) else value
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def averaged(y, labels, averages):
    out = {}
    for name, score in [("precision", M.precision_score), ("recall", M.recall_score), ("f1", M.f1_score)]:
        out[name] = {a: score(y, labels, average=a, zero_division=0) for a in averages}
    return out


def of_labels(y, labels):
    return {
        "accuracy": M.accuracy_score(y, labels),
        "balanced_accuracy": M.balanced_accuracy_score(y, labels),
        "cohen_kappa": M.cohen_kappa_score(y, labels),
        "matthews_corrcoef": M.matthews_corrcoef(y, labels),
    }


def area(y, p):
    """Newer releases give NaN where release 1.2 raises an error."""
    return M.roc_auc_score(y, p) if len(set(y)) == 2 else math.nan


def binary(name, y, p):
    y, p = np.asarray(y), np.asarray(p, dtype=np.float64)
    labels = (p >= 0.5).astype(int)
    fpr, tpr, roc = M.roc_curve(y, p)
    precision, recall, pr = M.precision_recall_curve(y, p)
    return {
        "name": name, "y": y, "p": p,
        "scores": of_labels(y, labels) | {
            "roc_auc": area(y, p), "average_precision": M.average_precision_score(y, p),
            "log_loss": M.log_loss(y, p, labels=[0, 1]),
            "log_loss32": M.log_loss(y, p.astype(np.float32), labels=[0, 1]),
        },
        "averages": averaged(y, labels, ["binary"] + AVERAGES),
        "roc": {"fpr": fpr, "tpr": tpr, "thresholds": roc[1:]},
        "pr": {"precision": precision, "recall": recall, "thresholds": pr},
    }


def one_vs_rest(score, y, p, average):
    hot = label_binarize(y, classes=range(p.shape[1]))
    per_class = np.array([score(hot[:, c], p[:, c]) for c in range(p.shape[1])])
    if average == "micro":
        return score(hot.ravel(), p.ravel())
    if average == "macro":
        return per_class.mean()
    weights = hot.sum(axis=0)
    per_class[weights == 0] = 0
    return np.average(per_class, weights=weights)


def multiclass(name, y, p):
    y, p = np.asarray(y), np.asarray(p, dtype=np.float64)
    classes = list(range(p.shape[1]))
    labels = p.argmax(axis=1)
    own = p[np.arange(len(y)), y]
    scores = of_labels(y, labels) | {
        "log_loss": M.log_loss(y, p, labels=classes),
        "log_loss32": M.log_loss(y, p.astype(np.float32), labels=classes),
        "perplexity": math.exp(-np.log(own).mean()) if (own > 0).all() else math.inf,
    }
    for k in range(2, len(classes)):
        scores[f"top_{k}"] = M.top_k_accuracy_score(y, p, k=k, labels=classes)
    areas = {a: one_vs_rest(area, y, p, a) for a in AVERAGES}
    if len(set(y)) == len(classes):
        for a in AVERAGES:
            assert areas[a] == M.roc_auc_score(y, p, multi_class="ovr", average=a, labels=classes)
    return {
        "name": name, "y": y, "p": p, "scores": scores,
        "averages": averaged(y, labels, AVERAGES) | {
            "roc_auc": areas, "average_precision": {a: one_vs_rest(M.average_precision_score, y, p, a) for a in AVERAGES}},
        "confusion": M.confusion_matrix(y, labels, labels=classes),
        "f1_per_class": M.f1_score(y, labels, average=None, labels=classes, zero_division=0),
    }


def multilabel(name, y, p):
    y, p = np.asarray(y), np.asarray(p, dtype=np.float64)
    labels = (p >= 0.5).astype(int)
    both = all(len(set(y[:, c])) == 2 for c in range(y.shape[1]))
    return {
        "name": name, "y": y, "p": p,
        "scores": {"accuracy": M.accuracy_score(y, labels), "per_label": 1 - M.hamming_loss(y, labels)},
        "averages": averaged(y, labels, AVERAGES) | {
            "average_precision": {a: M.average_precision_score(y, p, average=a) for a in AVERAGES},
            "roc_auc": {a: M.roc_auc_score(y, p, average=a) if both else None for a in AVERAGES}},
    }


def regression(name, y, p):
    y, p = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    return {
        "name": name, "y": y, "p": p,
        "scores": {
            "mse": M.mean_squared_error(y, p), "mae": M.mean_absolute_error(y, p),
            "rmse": M.mean_squared_error(y, p, squared=False), "r2": M.r2_score(y, p),
        },
        "r2_per_output": np.atleast_1d(M.r2_score(y, p, multioutput="raw_values")),
    }


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def probabilities(n, classes, digits=6):
    return np.round(softmax(RNG.normal(size=(n, classes)) * 1.5), digits)


def bits(n, share=0.4):
    return (RNG.random(n) < share).astype(int)


two = np.round(RNG.random(23), 6)
tied = np.round(RNG.random(31), 1)
five = probabilities(47, 5)
coarse = np.array([[0.2, 0.2, 0.2, 0.4], [0.4, 0.2, 0.2, 0.2], [0.25] * 4, [0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0]])
tags = np.round(RNG.random((29, 4)), 2)
values = np.round(RNG.normal(size=37), 6)
table = np.round(RNG.normal(size=(37, 3)) * [1, 10, 0.1] + [0, 1e6, 5], 6)

CASES = {
    "binary": [
        binary("probabilities", bits(23), two),
        binary("ties", bits(31), tied),
        binary("all equal", bits(12), np.full(12, 0.5)),
        binary("perfect", [0, 0, 1, 1, 0], [0.1, 0.2, 0.9, 0.8, 0.3]),
        binary("certain and wrong", [0, 1, 1, 0], [1.0, 0.0, 1.0, 0.0]),
        binary("only no", np.zeros(9, dtype=int), np.round(RNG.random(9), 3)),
        binary("only yes", np.ones(9, dtype=int), np.round(RNG.random(9), 3)),
        binary("never predicted", bits(14), np.round(RNG.random(14) * 0.4, 3)),
        binary("long lines of one answer", [0] * 6 + [1] * 6 + [0, 1] * 3 + [1] * 4, np.linspace(0.05, 0.95, 22).round(3)),
    ],
    "multiclass": [
        multiclass("probabilities", RNG.integers(0, 5, 47), five),
        multiclass("a class that is never true", RNG.choice([0, 1, 3, 4], 40), probabilities(40, 5)),
        multiclass("a class that never occurs", RNG.integers(0, 3, 30),
                   np.round(np.hstack([probabilities(30, 3) * 0.99, np.full((30, 1), 0.01)]), 6)),
        multiclass("ties", RNG.integers(0, 4, 25), coarse[RNG.integers(0, 5, 25)]),
        multiclass("one class only", np.full(11, 2), probabilities(11, 3)),
        multiclass("one class, always right", np.full(6, 1), np.tile([0.1, 0.8, 0.1], (6, 1))),
        multiclass("two classes of three", [0, 1, 0, 1, 1], probabilities(5, 3)),
    ],
    "multilabel": [
        multilabel("probabilities", (RNG.random((29, 4)) < 0.4).astype(int), tags),
        multilabel("a label that is never true", np.hstack([(RNG.random((29, 3)) < 0.5).astype(int), np.zeros((29, 1), dtype=int)]), tags),
        multilabel("nothing is true", np.zeros((7, 3), dtype=int), np.round(RNG.random((7, 3)) * 0.4, 2)),
    ],
    "regression": [
        regression("values", values, np.round(values + RNG.normal(size=37) * 0.3, 6)),
        regression("far from zero", values + 1e6, np.round(values + RNG.normal(size=37) * 0.3, 6) + 1e6),
        regression("several outputs", table, np.round(table + RNG.normal(size=(37, 3)), 6)),
        regression("constant and met", np.full(9, 0.25), np.full(9, 0.25)),
        regression("constant and missed", np.full(9, 0.25), np.round(RNG.normal(size=9), 3)),
        regression("one constant output", np.column_stack([values, np.full(37, 2.5)]), np.column_stack([values * 0.9, np.full(37, 2.5)])),
        regression("worse than the mean", values, -values),
        regression("one sample", [1.5], [1.0]),
    ],
}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.json"), "w") as f:
    f.write("{\n")
    kinds = []
    for kind, cases in CASES.items():
        kinds.append(f'"{kind}": [\n' + ",\n".join(json.dumps(plain(c)) for c in cases) + "\n]")
    f.write(",\n".join(kinds) + "\n}\n")
