"""Writes states of optimizers as PyTorch does: OMP_NUM_THREADS=1 python3 make_optimizer_files.py

Made with PyTorch 1.13.0 (Debian 12's python3-torch). For each optimizer it writes, beside itself, torch/optimizer_*.pt after ten steps, the same
within a checkpoint with the weights, and in torch/optimizer_losses.json the losses of the next ten steps.
"""
import json
import pathlib

import torch

HERE = pathlib.Path(__file__).parent / "torch"
KINDS = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.02, weight_decay=0.1, amsgrad=True),
    "adamw": lambda p: torch.optim.AdamW([{"params": p[:1], "lr": 0.03}, {"params": p[1:], "weight_decay": 0}], lr=0.02, betas=(0, 0.99)),
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "sgd_plain": lambda p: torch.optim.SGD(p, lr=0.05),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1, lr_decay=0.1, initial_accumulator_value=0.1),
}


def train(model, optimizer, steps):
    x = torch.arange(24, dtype=torch.float64).sin().reshape(8, 3)
    y = x.prod(1, keepdim=True)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


losses = {}
for kind, make in KINDS.items():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)).double()
    optimizer = make(list(model.parameters()))
    train(model, optimizer, 10)
    state = optimizer.state_dict()
    torch.save(state, HERE / f"optimizer_{kind}.pt")
    torch.save({"epoch": 3, "model_state_dict": model.state_dict(), "optimizer_state_dict": state}, HERE / f"optimizer_{kind}_checkpoint.pt")

    if kind == "adam":
        # As older versions wrote it: parameters by their addresses, steps as plain numbers.
        address = 140_000_000_000_000
        torch.save({"generator": {"optim": {
            "state": {address - n: {**entry, "step": int(entry["step"])} for n, entry in state["state"].items()},
            "param_groups": [{"params": [address - n for n in group["params"]],
                              **{key: group[key] for key in ["lr", "betas", "eps", "weight_decay", "amsgrad"]}} for group in state["param_groups"]],
        }}, "critic": {"optim": {"state": {}, "param_groups": []}}}, HERE / "optimizer_old.pt")

    losses[kind] = train(model, optimizer, 10)

# What LBFGS keeps: counts, floats, lists of tensors, lists of None.
model = torch.nn.Linear(3, 1).double()
optimizer = torch.optim.LBFGS(model.parameters(), max_iter=5, line_search_fn="strong_wolfe")
x = torch.arange(24, dtype=torch.float64).sin().reshape(8, 3)


def closure():
    optimizer.zero_grad()
    loss = (model(x) - x.prod(1, keepdim=True)).square().mean()
    loss.backward()
    return loss


for _ in range(3):
    optimizer.step(closure)
torch.save({"optimizer_states": [optimizer.state_dict()]}, HERE / "optimizer_lbfgs.pt")

(HERE / "optimizer_losses.json").write_text(json.dumps(losses))
