"""Learning rates and momenta of PyTorch's schedules, step by step: schedules.json. Run with Debian's python3 (torch 1.13)."""
import json
import math
import os
import warnings

import torch
from torch.optim import lr_scheduler as S

warnings.filterwarnings("ignore")
STEPS = 70


def optimizer(kind, momentum):
    a, b = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.zeros(1))
    groups = [{"params": [a]}, {"params": [b], "lr": 0.02}]
    return torch.optim.Adam(groups, lr=0.5) if kind == "adam" else torch.optim.SGD(groups, lr=0.5, momentum=momentum)


def momentum_of(group):
    return group["momentum"] if "momentum" in group else group["betas"][0]


def run(make, metric=None, steps=STEPS, momentum=0.9, kind="sgd"):
    o = optimizer(kind, momentum)
    s = make(o)
    rates, momenta = [], []
    for t in range(steps + 1):
        rates.append([g["lr"] for g in o.param_groups])
        momenta.append([momentum_of(g) for g in o.param_groups])
        if t < steps:
            o.step()
            s.step(metric(t)) if metric else s.step()
    return {"rates": rates, "momenta": momenta}


def values(t):
    return [1.0, 0.9, 0.8, 0.8, 0.8, 0.8, 0.79995, 0.7, 0.7, 0.7][t % 10] - 0.01 * (t // 20)


def rough(t):
    return [math.inf, math.nan, 2.0, -1.0, -1.0, -1.05, -1.0500001, math.nan, -math.inf, -2.0][t % 10]


def by_hand(o):
    for group in o.param_groups:
        group["lr"] *= 0.5
    return S.CosineAnnealingLR(o, 20)


def second(o):
    first = S.ExponentialLR(o, 0.9)
    for _ in range(5):
        o.step()
        first.step()
    return S.CosineAnnealingWarmRestarts(o, 6)


def warm(then, steps=10):
    return lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.1, total_iters=steps), then(o)], [steps])


cases = {
    "StepLR": run(lambda o: S.StepLR(o, 7, 0.5)),
    "MultiStepLR": run(lambda o: S.MultiStepLR(o, [3, 10, 10, 40], 0.3)),
    "MultiStepLR from step 0, unsorted": run(lambda o: S.MultiStepLR(o, [9, 0, 4], 0.3)),
    "ExponentialLR": run(lambda o: S.ExponentialLR(o, 0.97)),
    "ConstantLR": run(lambda o: S.ConstantLR(o)),
    "ConstantLR 0.2 of 12": run(lambda o: S.ConstantLR(o, 0.2, 12)),
    "LinearLR": run(lambda o: S.LinearLR(o)),
    "LinearLR down": run(lambda o: S.LinearLR(o, 1.0, 0.1, 30)),
    "LinearLR to 0": run(lambda o: S.LinearLR(o, 1.0 / 3, 0.0, 5)),
    "PolynomialLR": run(lambda o: S.PolynomialLR(o, 40, 2.0)),
    "PolynomialLR defaults": run(lambda o: S.PolynomialLR(o)),
    "CosineAnnealingLR": run(lambda o: S.CosineAnnealingLR(o, 17, 0.001)),
    "CosineAnnealingLR of 1": run(lambda o: S.CosineAnnealingLR(o, 1)),
    "CosineAnnealingLR above the second group": run(lambda o: S.CosineAnnealingLR(o, 12, 0.1)),
    "CosineAnnealingWarmRestarts": run(lambda o: S.CosineAnnealingWarmRestarts(o, 5, 2, 0.001)),
    "CosineAnnealingWarmRestarts, rounds alike": run(lambda o: S.CosineAnnealingWarmRestarts(o, 8)),
    "LambdaLR": run(lambda o: S.LambdaLR(o, lambda t: 0.95 ** t)),
    "LambdaLR of two": run(lambda o: S.LambdaLR(o, [lambda t: 1 / (t + 1), lambda t: float(t // 30)])),
    "MultiplicativeLR": run(lambda o: S.MultiplicativeLR(o, lambda t: 1 - 0.01 * t), steps=60),
    "MultiplicativeLR of two": run(lambda o: S.MultiplicativeLR(o, [lambda t: 0.95, lambda t: 1.02])),
    "OneCycleLR": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=71)),
    "OneCycleLR linear, three phases": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=80, anneal_strategy="linear", three_phase=True, pct_start=0.25)),
    "OneCycleLR cosine, three phases, of epochs": run(lambda o: S.OneCycleLR(o, 0.7, epochs=8, steps_per_epoch=10, three_phase=True, pct_start=0.4)),
    "OneCycleLR without momentum": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=71, cycle_momentum=False), momentum=0.0),
    "OneCycleLR by group": run(lambda o: S.OneCycleLR(o, [0.7, 0.3], total_steps=75, base_momentum=[0.8, 0.7], max_momentum=[0.9, 0.99], div_factor=10, final_div_factor=50)),
    "OneCycleLR, no way up": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=75, pct_start=0.0)),
    "OneCycleLR, no way down": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=75, pct_start=1.0)),
    "OneCycleLR of betas": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=75), kind="adam"),
    "CyclicLR": run(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=8)),
    "CyclicLR triangular2": run(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=6, step_size_down=9, mode="triangular2")),
    "CyclicLR exp_range": run(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=6, mode="exp_range", gamma=0.98)),
    "CyclicLR by group": run(lambda o: S.CyclicLR(o, [0.01, 0.02], [0.3, 0.1], step_size_up=7, base_momentum=[0.7, 0.6], max_momentum=[0.9, 0.8])),
    "CyclicLR scaled by cycle": run(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=5, scale_fn=lambda x: 1 / (5 * x), cycle_momentum=False)),
    "CyclicLR scaled by step": run(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=5, scale_fn=lambda x: 1 / (1 + 0.1 * x), scale_mode="iterations")),
    "ReduceLROnPlateau": run(lambda o: S.ReduceLROnPlateau(o, patience=2, cooldown=1, min_lr=1e-4), values),
    "ReduceLROnPlateau max": run(lambda o: S.ReduceLROnPlateau(o, mode="max", factor=0.5, patience=3, threshold=0.05, threshold_mode="abs"), values),
    "ReduceLROnPlateau by group": run(lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=1, min_lr=[0.1, 0.001], threshold_mode="abs", eps=0.001), values),
    "ReduceLROnPlateau of rough values": run(lambda o: S.ReduceLROnPlateau(o, factor=0.9, patience=1), rough),
    "ReduceLROnPlateau max of rough values": run(lambda o: S.ReduceLROnPlateau(o, "max", factor=0.9, patience=1, cooldown=2), rough),
    "SequentialLR": run(lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.1, total_iters=10), S.CosineAnnealingLR(o, 30), S.ExponentialLR(o, 0.9)], [10, 40])),
    "SequentialLR of others": run(lambda o: S.SequentialLR(
        o, [S.StepLR(o, 3), S.ConstantLR(o), S.PolynomialLR(o, 8), S.MultiStepLR(o, [0, 2]), S.LambdaLR(o, lambda t: 0.9 ** t), S.LinearLR(o)],
        [7, 20, 31, 40, 55])),
    "SequentialLR, then MultiplicativeLR": run(warm(lambda o: S.MultiplicativeLR(o, lambda t: 0.9), 6)),
    "SequentialLR, then restarts": run(warm(lambda o: S.CosineAnnealingWarmRestarts(o, 5, 2))),
    "SequentialLR, then OneCycleLR": run(warm(lambda o: S.OneCycleLR(o, 0.7, total_steps=70))),
    "SequentialLR, then CyclicLR": run(warm(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=7))),
    "SequentialLR, first CyclicLR": run(lambda o: S.SequentialLR(o, [S.CyclicLR(o, 0.01, 0.3, step_size_up=7), S.ExponentialLR(o, 0.9)], [30])),
    "ChainedScheduler": run(lambda o: S.ChainedScheduler([S.LinearLR(o, 0.1, total_iters=10), S.ExponentialLR(o, 0.95)])),
    "ChainedScheduler of four": run(lambda o: S.ChainedScheduler(
        [S.ConstantLR(o), S.MultiStepLR(o, [8]), S.CosineAnnealingLR(o, 40), S.SequentialLR(o, [S.LinearLR(o), S.StepLR(o, 9)], [12])])),
    "rates set by hand before": run(by_hand),
    "the second on an optimizer": run(second),
}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schedules.json")
with open(path, "w") as file:
    json.dump({"torch": torch.__version__, "schedules": cases}, file)
