"""Histograms as PyTorch's SummaryWriter makes them: histograms.json beside this file.

Needs torch, numpy and tensorboard; run with OMP_NUM_THREADS=1.
"""

import json
import os

import numpy as np
from torch.utils.tensorboard.summary import make_histogram

# PyTorch 1.13 asks numpy.greater for integers, which numpy 1.24 no longer gives.
greater = np.greater
np.greater = lambda a, b, dtype=None: greater(a, b)


def default_bins():
    buckets, v = [], 1e-12
    while v < 1e20:
        buckets.append(v)
        v *= 1.1
    return [-b for b in reversed(buckets)] + [0] + buckets


rng = np.random.default_rng(0)
cases = {
    "normal": rng.normal(0, 0.1, 50),
    "one": np.array([0.25]),
    "zeros": np.zeros(4),
    "negative": -rng.exponential(2.0, 20),
    "limits": np.array([-1e-12, 0.0, 1e-12, 1.1e-12]),
    "wide": np.array([1e-8, 3.0, 1e5]),
}
result = {}
for name, values in cases.items():
    h = make_histogram(values, default_bins())
    result[name] = {
        "values": values.tolist(), "min": h.min, "max": h.max, "num": h.num, "sum": h.sum,
        "sum_squares": h.sum_squares, "limits": list(h.bucket_limit), "counts": list(h.bucket),
    }
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "histograms.json")
with open(path, "w", encoding="utf-8") as file:
    json.dump(result, file)
