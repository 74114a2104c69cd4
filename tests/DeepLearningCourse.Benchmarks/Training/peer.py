"""PyTorch's training: reads "threads what ..." per line, answers with the seconds of a step, the mean over a fifth of a second at least."""
import ctypes
import platform
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

from slides_dataset import MyDataset

STRETCH = 0.2
OPTIMIZERS = {
    "Adam": (torch.optim.Adam, {}),
    "AdamW": (torch.optim.AdamW, {}),
    "SGD": (torch.optim.SGD, {"lr": 1e-3, "momentum": 0.9}),
    "Adagrad": (torch.optim.Adagrad, {}),
}
SHAPES = {"small": [(64, 64)] * 60, "large": [(512, 512), (512,)] * 8}


class Slides(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1 = nn.Linear(10, 32)
        self.w2 = nn.Linear(32, 64)
        self.w3 = nn.Linear(64, 1)
        self.relu_1 = nn.ReLU()
        self.relu_2 = nn.ReLU()

    def forward(self, x):
        return self.w3(self.relu_2(self.w2(self.relu_1(self.w1(x)))))


def perceptron(*widths):
    layers = [layer for pair in zip(widths, widths[1:]) for layer in (nn.Linear(*pair), nn.ReLU())]
    return layers[:-1]


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), *perceptron(400, 120, 84, 10))


def epoch(model, criterion, optimizer, batches, zero_grad):
    total = 0.0
    model.train()
    for X, y in batches:
        optimizer.zero_grad(**zero_grad)
        preds = model(X)
        loss = criterion(preds, y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(batches)


def training(model, criterion, lr, batches, mode):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, **({"foreach": True} if mode.startswith("foreach") else {}))
    zero_grad = {"set_to_none": True} if mode == "foreach_none" else {}
    return len(batches), lambda: epoch(model, criterion, optimizer, batches, zero_grad)


def slides(mode):
    if mode == "loader":
        X, y = np.random.rand(3200, 10).astype(np.float32), np.random.randint(0, 2, (3200, 1)).astype(np.float32)
        batches = DataLoader(MyDataset(X, y), batch_size=32, shuffle=True)
    else:
        batches = [(torch.randn(32, 10), torch.randint(0, 2, (32, 1)).float()) for _ in range(100)]
    return training(Slides(), nn.BCEWithLogitsLoss(), 3e-4, batches, mode)


def classes(model, shape, mode):
    batches = [(torch.randn(shape), torch.randint(0, 10, shape[:1])) for _ in range(20)]
    return training(model, nn.CrossEntropyLoss(), 1e-5, batches, mode)


def parameters(name):
    made = [nn.Parameter(torch.randn(shape)) for shape in SHAPES[name]]
    for parameter in made:
        parameter.grad = torch.randn(parameter.shape)
    return made


def optimizer(name, shapes, way):
    kind, options = OPTIMIZERS[name]
    made = kind(parameters(shapes), **options, **({"foreach": True} if way == "foreach" else {}))
    return 1, made.step


def clip(kind):
    made, limit = parameters("small"), 490 if kind == "above" else 1e30

    def step():
        nonlocal limit
        limit *= 0.99999
        torch.nn.utils.clip_grad_norm_(made, limit)

    return 1, step


WORK = {
    "slides": slides,
    "perceptron": lambda mode: classes(nn.Sequential(*perceptron(784, 512, 256, 10)), (128, 784), mode),
    "lenet": lambda mode: classes(lenet(), (64, 1, 28, 28), mode),
    "optimizer": optimizer,
    "clip": clip,
}


def blas():
    """The libraries that multiply matrices here."""
    torch.mm(torch.rand(64, 64), torch.rand(64, 64))
    with open("/proc/self/maps") as maps:
        return sorted({line.split()[-1] for line in maps if "blas" in line.rsplit("/", 1)[-1]})


def set_threads(count, libraries):
    torch.set_num_threads(count)
    for library in libraries:
        if "openblas" in library.rsplit("/", 1)[-1]:
            ctypes.CDLL(library).openblas_set_num_threads(count)


def seconds(steps, run):
    begin, runs = time.perf_counter(), 0
    while time.perf_counter() - begin < STRETCH:
        run()
        runs += 1
    return (time.perf_counter() - begin) / (runs * steps)


torch.manual_seed(0)
LIBRARIES = blas()
print(f"{torch.__version__}, Python {platform.python_version()}, matrices by {', '.join(LIBRARIES) or 'a library without blas in its name'}", flush=True)
made = {}
for line in sys.stdin:
    threads, what, *arguments = line.split()
    set_threads(int(threads), LIBRARIES)
    if line not in made:
        made[line] = WORK[what](*arguments)
    print(seconds(*made[line]), flush=True)
