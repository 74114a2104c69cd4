"""Records what PyTorch's optimizers do: fifty losses of the lecture's network with each, and their states after three steps of the
smallest network.

Run with a Python that has torch:  OMP_NUM_THREADS=1 python3 make_optimizers.py
It writes optimizers.json and optimizer_states.json beside itself. NAdam is not trained here: torch 1.13 multiplies
its momenta once too often, which later versions do not.
"""
import json
import pathlib

import torch
from torch import nn

from make_reference import BinaryClassifier, wave

HERE = pathlib.Path(__file__).parent
STEPS = 50

# Optimizer, its arguments, and what else is special about the run.
RUNS = {
    "SGD": ("SGD", dict(lr=0.05)),
    "SGD momentum": ("SGD", dict(lr=0.05, momentum=0.9)),
    "SGD dampening": ("SGD", dict(lr=0.05, momentum=0.9, dampening=0.3)),
    "SGD nesterov": ("SGD", dict(lr=0.05, momentum=0.9, nesterov=True)),
    "SGD weight decay": ("SGD", dict(lr=0.05, weight_decay=0.1)),
    "SGD maximize": ("SGD", dict(lr=0.05, maximize=True)),
    "SGD all": ("SGD", dict(lr=0.02, momentum=0.8, dampening=0.1, weight_decay=0.05, maximize=True)),
    "Adam": ("Adam", dict()),
    "Adam weight decay": ("Adam", dict(lr=3e-3, weight_decay=0.1)),
    "Adam amsgrad": ("Adam", dict(lr=3e-3, amsgrad=True)),
    "Adam maximize": ("Adam", dict(lr=3e-3, maximize=True)),
    "Adam all": ("Adam", dict(lr=3e-3, betas=[0.8, 0.95], eps=1e-4, weight_decay=0.1, amsgrad=True, maximize=True)),
    "AdamW": ("AdamW", dict()),
    "AdamW weight decay": ("AdamW", dict(lr=3e-3, weight_decay=0.3)),
    "AdamW amsgrad": ("AdamW", dict(lr=3e-3, amsgrad=True)),
    "AdamW maximize": ("AdamW", dict(lr=3e-3, maximize=True)),
    "AdamW all": ("AdamW", dict(lr=3e-3, betas=[0.8, 0.95], eps=1e-4, weight_decay=0.3, amsgrad=True, maximize=True)),
    "Adagrad": ("Adagrad", dict()),
    "Adagrad decay": ("Adagrad", dict(lr=0.02, lr_decay=0.1)),
    "Adagrad weight decay": ("Adagrad", dict(lr=0.02, weight_decay=0.1)),
    "Adagrad start": ("Adagrad", dict(lr=0.02, initial_accumulator_value=0.01)),
    "Adagrad all": ("Adagrad", dict(lr=0.02, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.01, eps=1e-4, maximize=True)),
    "RMSprop": ("RMSprop", dict(lr=1e-3)),
    "RMSprop momentum": ("RMSprop", dict(lr=1e-3, momentum=0.9)),
    "RMSprop centered": ("RMSprop", dict(lr=1e-3, centered=True)),
    "RMSprop weight decay": ("RMSprop", dict(lr=1e-3, weight_decay=0.1)),
    "RMSprop maximize": ("RMSprop", dict(lr=1e-3, maximize=True)),
    "RMSprop all": ("RMSprop", dict(lr=1e-3, alpha=0.9, eps=1e-4, momentum=0.5, centered=True, weight_decay=0.1, maximize=True)),
    "RAdam": ("RAdam", dict()),
    "RAdam all": ("RAdam", dict(lr=5e-3, betas=[0.8, 0.95], eps=1e-4, weight_decay=0.1)),
    "Adamax": ("Adamax", dict()),
    "Adamax weight decay": ("Adamax", dict(lr=5e-3, weight_decay=0.1)),
    "Adamax all": ("Adamax", dict(lr=5e-3, betas=[0.8, 0.95], eps=1e-4, weight_decay=0.1, maximize=True)),
    "Adadelta": ("Adadelta", dict()),
    "Adadelta weight decay": ("Adadelta", dict(weight_decay=0.1)),
    "Adadelta all": ("Adadelta", dict(lr=0.5, rho=0.8, eps=1e-4, weight_decay=0.1, maximize=True)),
    "Rprop": ("Rprop", dict(lr=1e-3), dict(batch=100)),
    "Rprop all": ("Rprop", dict(lr=2e-3, etas=[0.4, 1.1], step_sizes=[1e-4, 3e-3], maximize=True), dict(batch=100)),
    "ASGD": ("ASGD", dict()),
    "ASGD averaging": ("ASGD", dict(lr=0.05, t0=5.0)),
    "ASGD all": ("ASGD", dict(lr=0.05, lambd=0.05, alpha=0.6, t0=10.0, weight_decay=0.1, maximize=True)),
    "LBFGS": ("LBFGS", dict(lr=0.3, max_iter=4), dict(batch=100)),
    "LBFGS short memory": ("LBFGS", dict(lr=0.5, max_iter=5, history_size=3), dict(batch=100)),
    "LBFGS few evaluations": ("LBFGS", dict(lr=0.3, max_iter=6, max_eval=3, tolerance_grad=1e-5, tolerance_change=1e-7), dict(batch=100)),
    "LBFGS strong Wolfe": ("LBFGS", dict(max_iter=2, line_search_fn="strong_wolfe"), dict(batch=100)),
    "LBFGS strong Wolfe, batches": ("LBFGS", dict(lr=0.5, max_iter=2, history_size=5, line_search_fn="strong_wolfe")),
}

# Every third step leaves some parameters without gradients; w1 has a learning rate and a weight decay of its own.
for kind, options in {
    "SGD": dict(lr=0.05, momentum=0.9, weight_decay=0.05), "Adam": dict(lr=3e-3, weight_decay=0.05), "AdamW": dict(lr=3e-3, weight_decay=0.05),
    "Adagrad": dict(lr_decay=0.1), "RMSprop": dict(lr=1e-3, momentum=0.5, weight_decay=0.05), "RAdam": dict(weight_decay=0.05),
    "Adamax": dict(weight_decay=0.05), "Adadelta": dict(weight_decay=0.05), "ASGD": dict(weight_decay=0.05, t0=5.0, lambd=0.01),
}.items():
    RUNS[f"{kind} gaps"] = (kind, options, dict(gaps=True))
    RUNS[f"{kind} groups"] = (kind, options, dict(group=dict(lr=options.get("lr", 1e-2) / 3, weight_decay=0.2)))
RUNS["Rprop gaps"] = ("Rprop", dict(lr=1e-3), dict(batch=100, gaps=True))
RUNS["Rprop groups"] = ("Rprop", dict(lr=1e-3), dict(batch=100, group=dict(lr=3e-3)))

STATES = {
    "SGD": ("SGD", dict(lr=0.05)), "SGD momentum": ("SGD", dict(lr=0.05, momentum=0.9)),
    "Adam": ("Adam", dict()), "Adam amsgrad": ("Adam", dict(amsgrad=True)), "AdamW": ("AdamW", dict()), "Adagrad": ("Adagrad", dict()),
    "RMSprop": ("RMSprop", dict(lr=1e-3)), "RMSprop all": ("RMSprop", dict(lr=1e-3, momentum=0.5, centered=True)),
    "NAdam": ("NAdam", dict()), "RAdam": ("RAdam", dict()), "Adamax": ("Adamax", dict()), "Adadelta": ("Adadelta", dict()),
    "Rprop": ("Rprop", dict(lr=1e-3)), "ASGD": ("ASGD", dict(t0=1.0)),
    "LBFGS": ("LBFGS", dict(lr=0.3, max_iter=4, history_size=12)),
    "LBFGS strong Wolfe": ("LBFGS", dict(max_iter=2, history_size=4, line_search_fn="strong_wolfe")),
}


class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)

    def forward(self, x):
        return self.fc(x)


def arguments(options):
    return {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}


def start(network, kind, options, group=None):
    model = network().double()
    with torch.no_grad():
        for phase, parameter in enumerate(model.parameters()):
            parameter.copy_(wave(parameter.numel(), phase, 0.3).reshape(parameter.shape))
    parameters = list(model.parameters())
    groups = parameters if group is None else [dict(params=parameters[:2], **group), dict(params=parameters[2:])]
    return model, getattr(torch.optim, kind)(groups, **arguments(options))


def losses(kind, options, steps, batch=32, gaps=False, group=None, network=BinaryClassifier, features=10):
    model, optimizer = start(network, kind, options, group)
    X = wave(100 * features, 0.5, 1.0).reshape(100, features)
    y = (X.sum(1, keepdim=True) > 0).double()
    batches = list(zip(X.split(batch), y.split(batch)))
    criterion = nn.BCEWithLogitsLoss()
    recorded = []
    for step in range(steps):
        features, target = batches[step % len(batches)]

        def closure():
            optimizer.zero_grad(set_to_none=True)
            loss = criterion(model(features), target)
            (loss.neg() if options.get("maximize") else loss).backward()
            if gaps and step % 3 == 1:
                model.w1.weight.grad = model.w2.bias.grad = None
            return loss

        if kind == "LBFGS":
            recorded.append(optimizer.step(closure).item())
        else:
            recorded.append(closure().item())
            optimizer.step()
    return recorded, optimizer


def describe(value):
    if isinstance(value, torch.Tensor):
        return {"type": "tensor", "dtype": str(value.dtype).removeprefix("torch."), "shape": list(value.shape), "values": value.reshape(-1).tolist()}
    if isinstance(value, list):
        return {"type": "list", "values": [describe(element) for element in value]}
    return {"type": type(value).__name__, "values": value}


if __name__ == "__main__":
    runs = {}
    for name, (kind, options, *special) in RUNS.items():
        special = special[0] if special else {}
        runs[name] = dict(optimizer=kind, options=options, **special, losses=losses(kind, options, STEPS, **special)[0])
    (HERE / "optimizers.json").write_text(json.dumps({"torch": torch.__version__, "runs": runs}, indent=1) + "\n")

    states = {}
    for name, (kind, options) in STATES.items():
        saved = losses(kind, options, 3, batch=100, network=Line, features=2)[1].state_dict()
        state = {number: {key: describe(value) for key, value in entries.items()} for number, entries in saved["state"].items()}
        states[name] = dict(optimizer=kind, options=options, state=state, param_groups=saved["param_groups"])
    (HERE / "optimizer_states.json").write_text(json.dumps({"torch": torch.__version__, "states": states}, indent=1) + "\n")
