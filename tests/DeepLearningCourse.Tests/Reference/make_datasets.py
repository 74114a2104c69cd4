"""Records scikit-learn's data sets in brief: python3 make_datasets.py > datasets.json

Made with scikit-learn 1.2.1 (Debian 12's python3-sklearn).
"""
import json

import numpy as np
from sklearn import datasets


def brief(data, classes):
    X, y = data.data, data.target
    return {
        "shape": list(X.shape), "first": X[0].tolist(), "last": X[-1].tolist(), "sums": X.sum(0).tolist(), "targets": [float(t) for t in (y[0], y[-1], y.sum())],
        "counts": np.bincount(y).tolist() if classes else [], "classes": [str(c) for c in data.target_names] if classes else [],
    }


print(json.dumps({
    "BreastCancer": brief(datasets.load_breast_cancer(), True), "Iris": brief(datasets.load_iris(), True), "Wine": brief(datasets.load_wine(), True),
    "Digits": brief(datasets.load_digits(), True), "Diabetes": brief(datasets.load_diabetes(scaled=False), False),
}))
