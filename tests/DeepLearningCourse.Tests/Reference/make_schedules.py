"""Learning rates of PyTorch's schedules, step by step: schedules.json. Run with Debian's python3 (torch 1.13)."""
import json
import os
import warnings

import torch
from torch.optim import lr_scheduler as S

warnings.filterwarnings("ignore")
STEPS = 60


def optimizer(momentum):
    a, b = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.zeros(1))
    return torch.optim.SGD([{"params": [a]}, {"params": [b], "lr": 0.02}], lr=0.5, momentum=momentum)


def run(make, metric=None, steps=STEPS, momentum=0.9):
    o = optimizer(momentum)
    s = make(o)
    rates, momenta = [], []
    for t in range(steps + 1):
        rates.append([g["lr"] for g in o.param_groups])
        momenta.append([g["momentum"] for g in o.param_groups])
        if t < steps:
            o.step()
            s.step(metric(t)) if metric else s.step()
    return {"rates": rates, "momenta": momenta}


def values(t):
    return [1.0, 0.9, 0.8, 0.8, 0.8, 0.8, 0.79995, 0.7, 0.7, 0.7][t % 10] - 0.01 * (t // 20)


cases = {
    "StepLR": run(lambda o: S.StepLR(o, 7, 0.5)),
    "MultiStepLR": run(lambda o: S.MultiStepLR(o, [3, 10, 10, 40], 0.3)),
    "ExponentialLR": run(lambda o: S.ExponentialLR(o, 0.97)),
    "ConstantLR": run(lambda o: S.ConstantLR(o)),
    "ConstantLR 0.2 of 12": run(lambda o: S.ConstantLR(o, 0.2, 12)),
    "LinearLR": run(lambda o: S.LinearLR(o)),
    "LinearLR down": run(lambda o: S.LinearLR(o, 1.0, 0.1, 30)),
    "PolynomialLR": run(lambda o: S.PolynomialLR(o, 40, 2.0)),
    "CosineAnnealingLR": run(lambda o: S.CosineAnnealingLR(o, 17, 0.001)),
    "CosineAnnealingWarmRestarts": run(lambda o: S.CosineAnnealingWarmRestarts(o, 5, 2, 0.001)),
    "LambdaLR": run(lambda o: S.LambdaLR(o, lambda t: 0.95 ** t)),
    "MultiplicativeLR": run(lambda o: S.MultiplicativeLR(o, lambda t: 1 - 0.01 * t)),
    "OneCycleLR": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=61)),
    "OneCycleLR linear, three phases": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=80, anneal_strategy="linear", three_phase=True, pct_start=0.25)),
    "OneCycleLR without momentum": run(lambda o: S.OneCycleLR(o, 0.7, total_steps=61, cycle_momentum=False), momentum=0.0),
    "CyclicLR": run(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=8)),
    "CyclicLR triangular2": run(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=6, step_size_down=9, mode="triangular2")),
    "CyclicLR exp_range": run(lambda o: S.CyclicLR(o, 0.01, 0.3, step_size_up=6, mode="exp_range", gamma=0.98)),
    "ReduceLROnPlateau": run(lambda o: S.ReduceLROnPlateau(o, patience=2, cooldown=1, min_lr=1e-4), values),
    "ReduceLROnPlateau max": run(lambda o: S.ReduceLROnPlateau(o, mode="max", factor=0.5, patience=3, threshold=0.05, threshold_mode="abs"), values),
    "SequentialLR": run(lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.1, total_iters=10), S.CosineAnnealingLR(o, 30), S.ExponentialLR(o, 0.9)], [10, 40])),
    "ChainedScheduler": run(lambda o: S.ChainedScheduler([S.LinearLR(o, 0.1, total_iters=10), S.ExponentialLR(o, 0.95)])),
}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schedules.json")
with open(path, "w") as file:
    json.dump({"torch": torch.__version__, "schedules": cases}, file)
