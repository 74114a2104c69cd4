#!/usr/bin/env python3
"""Writes parameters.json: what torch.nn.init draws with a seed and the bounds by formula, the statistics of weights and gradients by
numpy, RMSNorm by its formula and the sinusoidal positions, both in float64.

Run with Debian's python3 and python3-torch in this folder: python3 make_parameters.py
"""
import json
import math
from pathlib import Path

import numpy
import torch
from torch.nn import init

SHAPES = [[6, 5], [4, 3, 3, 3], [3, 40]]
DRAWS = {
    "XavierUniform": lambda t: init.xavier_uniform_(t),
    "XavierUniform gain 2": lambda t: init.xavier_uniform_(t, 2),
    "XavierNormal": lambda t: init.xavier_normal_(t),
    "KaimingUniform": lambda t: init.kaiming_uniform_(t),
    "KaimingUniform a=sqrt(5)": lambda t: init.kaiming_uniform_(t, math.sqrt(5)),
    "KaimingUniform fan_out relu": lambda t: init.kaiming_uniform_(t, mode="fan_out", nonlinearity="relu"),
    "KaimingNormal": lambda t: init.kaiming_normal_(t),
    "KaimingNormal tanh": lambda t: init.kaiming_normal_(t, nonlinearity="tanh"),
    "Uniform": lambda t: init.uniform_(t, -2, 3),
    "Normal": lambda t: init.normal_(t, 1, 0.5),
    "TruncatedNormal": lambda t: init.trunc_normal_(t, 0.5, 2, -1, 1.5),
    "Orthogonal": lambda t: init.orthogonal_(t, 1.5),
    "Constant": lambda t: init.constant_(t, 0.25),
    "Zeros": lambda t: init.zeros_(t),
    "Ones": lambda t: init.ones_(t),
}


def draws():
    cases = []
    for name, draw in DRAWS.items():
        for shape in SHAPES:
            torch.manual_seed(7)
            cases.append({"name": name, "shape": shape, "values": draw(torch.empty(shape)).flatten().tolist()})
    cases.append({"name": "Identity", "shape": [3, 5], "values": init.eye_(torch.empty(3, 5)).flatten().tolist()})
    return cases


def bounds():
    """Of a weight [200, 100, 2, 3]: fan_in 600, fan_out 1200."""
    fan_in, fan_out = 600, 1200
    return {
        "XavierUniform": {"bound": math.sqrt(6 / (fan_in + fan_out)), "std": math.sqrt(2 / (fan_in + fan_out))},
        "XavierNormal": {"bound": None, "std": math.sqrt(2 / (fan_in + fan_out))},
        "KaimingUniform": {"bound": math.sqrt(6 / fan_in), "std": math.sqrt(2 / fan_in)},
        "KaimingUniform fan_out relu": {"bound": math.sqrt(6 / fan_out), "std": math.sqrt(2 / fan_out)},
        "KaimingNormal": {"bound": None, "std": math.sqrt(2 / fan_in)},
        "KaimingNormal tanh": {"bound": None, "std": 5 / 3 / math.sqrt(fan_in)},
    }


def statistics(x):
    return {
        "mean": x.mean(), "std": x.std(), "min": x.min(), "max": x.max(), "norm": math.sqrt((x * x).sum()),
        "mean_absolute": abs(x).mean(), "zeros": float((x == 0).mean()),
    }


def gradients():
    random = numpy.random.default_rng(3)
    weight, gradient = random.normal(size=(4, 3)), random.normal(size=(4, 3))
    weight[1, 2] = weight[0, 0] = gradient[3, 1] = 0
    return {
        "weight": weight.flatten().tolist(), "gradient": gradient.flatten().tolist(),
        "of_weight": statistics(weight), "of_gradient": statistics(gradient),
    }


def rms_norm(eps, last):
    random = numpy.random.default_rng(4)
    x, weight = random.normal(size=(2, 3, 4)), random.normal(size=[3, 4][-last:])
    axes = tuple(range(-last, 0))
    y = x / numpy.sqrt((x ** 2).mean(axes, keepdims=True) + eps) * weight
    return {"eps": eps, "x": x.flatten().tolist(), "weight": weight.flatten().tolist(), "y": y.flatten().tolist(), "shape": list(weight.shape)}


def positions(length, size):
    angle = numpy.arange(length)[:, None] / 10000 ** (numpy.arange(0, size, 2) / size)
    table = numpy.zeros((length, size))
    table[:, 0::2] = numpy.sin(angle)
    table[:, 1::2] = numpy.cos(angle)[:, : size // 2]
    return {"length": length, "size": size, "values": table.flatten().tolist()}


reference = {
    "draws": draws(), "bounds": bounds(), "statistics": gradients(),
    "rms_norm": [rms_norm(0.01, 1), rms_norm(numpy.finfo(numpy.float64).eps, 1), rms_norm(1e-5, 2)],
    "positions": [positions(50, 6), positions(7, 5)],
}
(Path(__file__).parent / "parameters.json").write_text(json.dumps(reference) + "\n")
