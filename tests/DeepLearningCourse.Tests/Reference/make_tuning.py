"""Records class weights, thresholds and learning-rate suggestions: OMP_NUM_THREADS=1 python3 make_tuning.py > tuning.json

Made with scikit-learn 1.2.1 and numpy 1.24.2 (Debian 12's python3-sklearn and python3-numpy). The suggestions are written down from fastai's documentation of
SuggestionMethod (steep, minimum, valley), its smoothing from AvgSmoothLoss; fastai itself is not needed.
"""
import json
import math

import numpy
from sklearn import metrics
from sklearn.utils.class_weight import compute_class_weight

random = numpy.random.RandomState(0)


def class_weights():
    cases = []
    for labels in ([0, 0, 0, 1], [2, 0, 1, 1, 2, 2, 2, 0], random.randint(0, 7, 500).tolist(), [0] * 999 + [1]):
        classes = sorted(set(labels))
        counts = numpy.bincount(labels)
        inverse = (1 - 0.999) / (1 - numpy.power(0.999, counts))
        cases.append({
            "targets": labels,
            "balanced": compute_class_weight("balanced", classes=numpy.array(classes), y=labels).tolist(),
            "effective": (inverse / inverse.sum() * len(classes)).tolist()})
    return cases


def thresholds():
    cases = []
    for count, digits in ((30, 1), (200, 2), (200, 8), (5, 3)):
        targets = random.randint(0, 2, count)
        targets[:2] = [0, 1]
        scores = numpy.round(numpy.clip(0.25 * targets + random.rand(count) * 0.75, 0, 1), digits)
        distinct = sorted(set(scores.tolist()))
        precision, recall, cuts = metrics.precision_recall_curve(targets, scores)
        fpr, tpr, roc_cuts = metrics.roc_curve(targets, scores, drop_intermediate=False)
        rates = dict(zip(roc_cuts.tolist(), zip(fpr.tolist(), tpr.tolist())))
        rows = []
        for cut in distinct:
            predicted = (scores >= cut).astype(int)
            row = {
                "threshold": cut,
                "f1": metrics.f1_score(targets, predicted),
                "accuracy": metrics.accuracy_score(targets, predicted),
                "balanced": metrics.balanced_accuracy_score(targets, predicted),
                "matthews": metrics.matthews_corrcoef(targets, predicted),
                "precision": metrics.precision_score(targets, predicted),
                "recall": metrics.recall_score(targets, predicted),
                "youden": rates[cut][1] - rates[cut][0]}
            rows.append(row)
        # The curve's own numbers are those of the scores taken one by one.
        assert all(p == r["precision"] and q == r["recall"] for c, p, q in zip(cuts.tolist(), precision, recall) for r in rows if r["threshold"] == c)
        cases.append({"probabilities": scores.tolist(), "targets": targets.tolist(), "rows": rows})
    return cases


def smoothed(losses, beta):
    value, means = 0.0, []
    for count, loss in enumerate(losses, 1):
        value = loss + beta * (value - loss)
        means.append(value / (1 - beta ** count))
    return means


def steepest(rates, losses):
    slopes = numpy.diff(losses) / numpy.diff(numpy.log(rates))
    return float(rates[int(numpy.argmin(slopes))])


def valley(rates, losses):
    ending = []
    for i, loss in enumerate(losses):
        ending.append(1 + max([ending[j] for j in range(i) if losses[j] > loss], default=0))
    end = int(numpy.argmax(ending))
    start = end - ending[end]
    third = (end - start) / 3
    return float(rates[start + int(third) + int(third / 2)])


def curves():
    cases = []
    steps = 100
    rates = (1e-7 * (10 / 1e-7) ** (numpy.arange(steps) / (steps - 1)))
    for noise in (0, 0.02, 0.2):
        position = numpy.log10(rates)
        losses = (2 - 1.5 / (1 + numpy.exp(-2 * (position + 3))) + numpy.where(position > 0, 5 * position ** 2, 0) + noise * random.randn(steps)).tolist()
        means = smoothed(losses, 0.98)
        counted_rates, counted = rates[steps // 10:-5].tolist(), means[steps // 10:-5]
        cases.append({
            "losses": losses, "rates": rates.tolist(), "smoothed": means,
            "steepest": steepest(counted_rates, counted), "valley": valley(counted_rates, counted),
            "minimumTenth": counted_rates[int(numpy.argmin(counted))] / 10})
    return cases


def folds():
    values = random.rand(5)
    return {"values": values.tolist(), "mean": float(values.mean()), "std": float(values.std())}


assert not math.isnan(folds()["std"])
print(json.dumps({"weights": class_weights(), "thresholds": thresholds(), "curves": curves(), "folds": folds()}))
