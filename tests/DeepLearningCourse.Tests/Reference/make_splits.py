"""Records scikit-learn's folds and PyTorch's distributed index pattern: python3 make_splits.py > splits.json

Made with scikit-learn 1.2.1 and PyTorch 1.13.1 (Debian 12's python3-sklearn and python3-torch).
"""
import json

import numpy
from sklearn.model_selection import KFold, StratifiedKFold
from torch.utils.data.distributed import DistributedSampler

LABELS = [1, 1, 0, 2, 0, 1, 1, 2, 0, 1, 1, 2, 0, 2, 1, 1, 0, 1, 2, 1, 0]


def folds(split):
    return [{"train": train.tolist(), "test": test.tolist()} for train, test in split]


def distributed(count, size, rank, drop_last):
    sampler = DistributedSampler(range(count), num_replicas=size, rank=rank, shuffle=False, drop_last=drop_last)
    return list(sampler)


print(json.dumps({
    "labels": LABELS,
    "kfold": [{"count": n, "folds": k, "parts": folds(KFold(k).split(numpy.zeros(n)))} for n, k in [(10, 3), (7, 7), (12, 4)]],
    "stratified": [{"folds": k, "parts": folds(StratifiedKFold(k).split(numpy.zeros(len(LABELS)), LABELS))} for k in (2, 3, 5)],
    "distributed": [
        {"count": n, "size": s, "rank": r, "dropLast": d, "order": distributed(n, s, r, d)}
        for n, s in [(10, 3), (12, 4), (2, 5), (7, 2)] for r in range(s) for d in (False, True)],
}, indent=None))
