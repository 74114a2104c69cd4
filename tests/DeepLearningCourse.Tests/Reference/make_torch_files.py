"""Writes state dicts as PyTorch does: python3 make_torch_files.py

Made with PyTorch 1.13.0 (Debian 12's python3-torch). It writes torch/*.pt beside itself, and torch/expected.json with the shape and
the values of the tensors in each.
"""
import collections
import io
import json
import pathlib
import pickle
import tarfile
import zipfile

import torch

HERE = pathlib.Path(__file__).parent / "torch"
HERE.mkdir(exist_ok=True)
torch.manual_seed(0)
expected = {}


def values(tensor):
    flat = tensor.detach().reshape(-1)
    return [[float(v.real), float(v.imag)] for v in flat] if tensor.is_complex() else [float(v) for v in flat]


def record(name, tensors):
    expected[name] = {
        key: {"dtype": str(tensor.dtype).split(".")[1], "shape": list(tensor.shape), "values": values(tensor)}
        for key, tensor in tensors.items()
    }


def save(name, content, tensors=None, **options):
    torch.save(content, HERE / f"{name}.pt", **options)
    record(name, content if tensors is None else tensors)


def with_pickle(name, pickled, records=()):
    """An archive around a pickle that PyTorch would not write."""
    with zipfile.ZipFile(HERE / f"{name}.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/version", "3\n")
        for key, content in records:
            archive.writestr(f"archive/{key}", content)


base = torch.arange(6).reshape(2, 3)
save("dtypes", {
    **{str(t).split(".")[1]: (base * 1.5 - 2).to(t) for t in [torch.float64, torch.float32, torch.float16, torch.bfloat16]},
    **{str(t).split(".")[1]: (base * 7 - 11).to(t) for t in [torch.int64, torch.int32, torch.int16, torch.int8]},
    "uint8": (base * 40).to(torch.uint8),
    "bool": base % 2 == 1,
    "complex64": (base * (1.5 - 2.25j)).to(torch.complex64),
    "complex128": (base * (1.5 - 2.25j)).to(torch.complex128),
})

numbers = torch.arange(24, dtype=torch.float32)
tied = torch.randn(3, 2)
save("views", {
    "whole": numbers,
    "transposed": numbers.view(4, 6).t(),
    "rows": numbers.view(4, 6)[1:3],
    "every_other": numbers[1::2],
    "permuted": numbers.view(2, 3, 4).permute(2, 0, 1),
    "expanded": numbers[5:6].expand(2, 3),
    "tied.a": tied,
    "tied.b": tied,
    "alone.transposed": torch.arange(6).view(2, 3).t(),
    "alone.part": torch.arange(100)[90:95],
})
save("shapes", {
    "zero_d": torch.tensor(3.25),
    "empty": torch.zeros(0),
    "no_rows": torch.zeros(0, 4, dtype=torch.int64),
    "no_columns": torch.zeros(3, 0),
    "one": torch.ones(1, 1, 1, 1, 1),
})
save("parameters", {
    "parameter": torch.nn.Parameter(torch.tensor([1.0, 2.0])),
    "frozen": torch.nn.Parameter(torch.tensor([3.0]), requires_grad=False),
    "with_gradient": torch.tensor([4.0], requires_grad=True),
})

model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
optimizer = torch.optim.Adam(model.parameters())
model(torch.randn(5, 3)).sum().backward()
optimizer.step()
state = model.state_dict()
save("state_dict", state)
for protocol in [3, 4, 5]:
    save(f"protocol_{protocol}", state, pickle_protocol=protocol)
checkpoint = {
    "epoch": 7, "best": 0.25, "name": "a", "done": False, "nothing": None, "big": 2**70, "negative": -3, "betas": (0.9, 0.999, 1e-8, 1),
    "seen": {1, 2}, "raw": b"\x00\xff", "device": torch.device("cpu"), "dtype": torch.float16, "size": torch.Size([2, 3]),
    "model_state_dict": state, "optimizer_state_dict": optimizer.state_dict(),
}
save("checkpoint", checkpoint, state)
save("checkpoint_4", checkpoint, state, pickle_protocol=4)
save("two_models", {"epoch": 1, "nets": {"generator": {"w": torch.ones(1)}, "critic": {"w": torch.zeros(2)}}, "ema.weights": {"w": torch.ones(3)}},
     {"w": torch.ones(3)})
save("list", [torch.ones(2), torch.zeros(1)], {"0": torch.ones(2), "1": torch.zeros(1)})
save("single", torch.tensor([[1.5]]), {"": torch.tensor([[1.5]])})
save("extra", {"w": torch.ones(1), "_extra_state": None, "steps": 3, 0: torch.zeros(1)}, {"w": torch.ones(1), "0": torch.zeros(1)})
save("nothing", collections.OrderedDict())

# What is refused.
plain = torch.ones(2)
torch.save({"w": plain}, HERE / "legacy.pt", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Sequential(torch.nn.Linear(1, 1)), HERE / "module.pt")
torch.save({"model": torch.nn.Linear(1, 1), "epoch": 3}, HERE / "module_inside.pt")
torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), HERE / "script.pt")
torch.save({"w": torch.eye(2).to_sparse()}, HERE / "sparse.pt")
torch.save({"epoch": 3, "lr": 0.1}, HERE / "numbers.pt")
with_pickle("forbidden", b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.")
with_pickle("big_endian", pickle.dumps({}, 2), [("byteorder", "big")])
with tarfile.open(HERE / "tar.pt", "w", format=tarfile.USTAR_FORMAT) as tar:
    info = tarfile.TarInfo("pickle")
    info.size = 1
    tar.addfile(info, io.BytesIO(b"."))
(HERE / "plain_pickle.pt").write_bytes(pickle.dumps({"w": [1.0]}, 2))

# A compressed archive, as a zip program makes one of the files within.
with zipfile.ZipFile(HERE / "state_dict.pt") as archive, zipfile.ZipFile(HERE / "compressed.pt", "w", zipfile.ZIP_DEFLATED) as again:
    for entry in archive.infolist():
        again.writestr(entry.filename, archive.read(entry))
record("compressed", state)

(HERE / "expected.json").write_text(json.dumps(expected))
