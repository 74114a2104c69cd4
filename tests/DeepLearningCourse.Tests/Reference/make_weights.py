#!/usr/bin/env python3
"""Writes weights/*.safetensors and weights.json: a file with every type that PyTorch and the format have, made here from the
format's description, and the logits of the lecture's network from one set of weights, in float64.

Run with Debian's python3 and python3-torch in this folder: python3 make_weights.py
"""
import json
import struct
from pathlib import Path

import torch

NAMES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL", torch.complex64: "C64",
}
FOLDER = Path(__file__).parent / "weights"


def raw(tensor):
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


def save(path, tensors, metadata, padding):
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        body = raw(tensor.clone())
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(body)]}
        data += body
    text = json.dumps(header).encode()
    text += b" " * ((-len(text)) % 8 if padding else (1 - len(text)) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def numbers(tensor):
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor)
    return tensor.double().reshape(-1).tolist()


FOLDER.mkdir(exist_ok=True)
torch.manual_seed(0)
tensors = {}
for dtype, name in NAMES.items():
    base = torch.tensor([0, 1, 3, -7, 100, 127]) if dtype not in (torch.uint8, torch.bool) else torch.tensor([0, 1, 3, 200, 100, 127])
    tensors[name.lower()] = base.to(dtype).reshape(2, 3)
tensors["half"] = torch.tensor([1.0009765625, 65504.0, 5.9604645e-08]).half()
tensors["scalar"] = torch.tensor(2.5)
tensors["empty"] = torch.zeros(0, 4)
save(FOLDER / "types.safetensors", tensors, {"format": "pt", "note": "añadido"}, padding=True)
# A header of odd length and narrow numbers first: nothing lies at a multiple of its width.
odd = {"flag": torch.tensor([True, False, True]), "wide": torch.tensor([1.5, -2.5], dtype=torch.float64), "weight": torch.arange(6.0).reshape(2, 3)}
save(FOLDER / "odd.safetensors", odd, {}, padding=False)

network = torch.nn.Sequential(torch.nn.Linear(10, 32), torch.nn.ReLU(), torch.nn.Linear(32, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
named = {f"w{1 + int(key.split('.')[0]) // 2}.{key.split('.')[1]}": value for key, value in network.state_dict().items()}
save(FOLDER / "lecture.safetensors", named, {"format": "pt"}, padding=True)
torch.save(network.state_dict(), FOLDER / "lecture.pt")
inputs = torch.linspace(-1, 1, 40).reshape(4, 10)
(Path(__file__).parent / "weights.json").write_text(json.dumps({
    "types": {name: {"shape": list(tensor.shape), "values": numbers(tensor)} for name, tensor in tensors.items()},
    "inputs": inputs.tolist(),
    "logits": network(inputs).detach().tolist(),
}, indent=1))
