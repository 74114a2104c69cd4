#!/usr/bin/env python3
"""Writes averaging.json: a small network with BatchNorm after each of 20 steps of SGD, its averages by torch.optim.swa_utils.AveragedModel
after some of them, with and without buffers, and the statistics of update_bn, all in float64.

Run with Debian's python3 and python3-torch in this folder: OMP_NUM_THREADS=1 python3 make_averaging.py
"""
import json
from pathlib import Path

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, update_bn

STEPS = 20
AVERAGES_AT = [1, 2, 3, 11, 12, 20]
DECAY = 0.9


def ema(average, parameter, num_averaged):
    return average * DECAY + parameter * (1 - DECAY)


def flat(model):
    return {name: tensor.flatten().tolist() for name, tensor in model.state_dict().items()}


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 1)).double()
model[0].bias.requires_grad_(False)
X = torch.randn(STEPS, 8, 4).double() * torch.tensor([1, 3, 0.5, 2]) + torch.tensor([0, 1, -1, 5])
y = torch.randn(STEPS, 8, 1).double()
averages = {
    "ema": AveragedModel(model, avg_fn=ema),
    "swa": AveragedModel(model),
    "ema buffers": AveragedModel(model, avg_fn=ema, use_buffers=True),
    "swa buffers": AveragedModel(model, use_buffers=True),
}
optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.05, momentum=0.9)
steps = []

for step in range(STEPS):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(X[step]), y[step]).backward()
    optimizer.step()
    for average in averages.values():
        average.update_parameters(model)
    steps.append({"network": flat(model)})
    if step + 1 in AVERAGES_AT:
        steps[-1]["averages"] = {name: flat(average.module) for name, average in averages.items()}

refreshed = {}
for name in ["ema", "swa"]:
    averages[name].module[1].momentum = 0.3
    update_bn(list(X), averages[name])
    refreshed[name] = {key: values for key, values in flat(averages[name].module).items() if key.startswith("1.")}

Path("averaging.json").write_text(json.dumps({
    "torch": torch.__version__,
    "decay": DECAY,
    "X": X.flatten().tolist(),
    "steps": steps,
    "refreshed": refreshed,
}) + "\n")
