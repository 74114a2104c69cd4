"""Records what PyTorch gives for the lecture's network: its losses under four optimizers, and its printed registry.

Run with a Python that has torch and numpy:  python3 make_reference.py
It writes losses.json and registry.txt beside itself.
"""
import json
import math
import pathlib

import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
EPOCHS = 50


def wave(count, phase, scale):
    return torch.tensor([scale * math.sin(0.7 * i + phase) for i in range(count)], dtype=torch.float64)


class BinaryClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1 = nn.Linear(10, 32)
        self.w2 = nn.Linear(32, 64)
        self.w3 = nn.Linear(64, 1)
        self.relu_1 = nn.ReLU()
        self.relu_2 = nn.ReLU()

    def forward(self, x):
        x = self.w1(x)
        x = self.relu_1(x)
        x = self.w2(x)
        x = self.relu_2(x)
        return self.w3(x)


def train(make_optimizer, batch_size):
    model = BinaryClassifier().double()
    with torch.no_grad():
        for phase, parameter in enumerate(model.parameters()):
            parameter.copy_(wave(parameter.numel(), phase, 0.3).reshape(parameter.shape))
    X = wave(1000, 0.5, 1.0).reshape(100, 10)
    y = (X.sum(1, keepdim=True) > 0).double()
    criterion = nn.BCEWithLogitsLoss()
    optimizer = make_optimizer(model.parameters())
    losses = []
    for _ in range(EPOCHS):
        total = 0.0
        for start in range(0, 100, batch_size):
            features, target = X[start:start + batch_size], y[start:start + batch_size]
            optimizer.zero_grad()
            loss = criterion(model(features), target)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(features)
        losses.append(total / 100)
    return losses


OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.05),
    "SGD momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "Adam": lambda p: torch.optim.Adam(p, lr=3e-4),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=3e-4, weight_decay=0.01),
}


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(8)
        self.dropout = nn.Dropout(0.25)


class Everything(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, padding=1)
        self.strided = nn.Conv2d(8, 8, (3, 5), stride=2, bias=False)
        self.block = Block()
        self.pool = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.hidden = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 3), nn.Linear(3, 2, bias=False)])
        self.named = nn.ModuleDict({"left": nn.Linear(2, 2), "right": nn.LeakyReLU(0.1)})
        self.embedding = nn.Embedding(10, 3)
        self.norm = nn.LayerNorm(4)
        self.head = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Softmax(dim=1))


if __name__ == "__main__":
    losses = {f"{name}, batch {size}": train(make, size) for name, make in OPTIMIZERS.items() for size in (100, 32)}
    (HERE / "losses.json").write_text(json.dumps({"torch": torch.__version__, "losses": losses}, indent=1) + "\n")
    (HERE / "registry.txt").write_text(f"{BinaryClassifier()}\n\n{Everything()}\n")
