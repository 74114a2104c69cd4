"""Writes arrays as numpy does: python3 make_npy.py

Made with numpy 1.24.2 (Debian 12's python3-numpy). It writes npy/*.npy and npy/*.npz beside itself, and npy/expected.json with
the shape and the values of each.
"""
import json
import pathlib

import numpy as np
from numpy.lib import format as npy

HERE = pathlib.Path(__file__).parent / "npy"
HERE.mkdir(exist_ok=True)
expected = {}


def record(name, array):
    flat = np.ascontiguousarray(array).reshape(-1)
    values = [[float(v.real), float(v.imag)] for v in flat] if array.dtype.kind == "c" else [float(v) for v in flat]
    expected[name] = {"shape": list(array.shape), "values": values}


def save(name, array, version=(1, 0)):
    with open(HERE / f"{name}.npy", "wb") as file:
        npy.write_array(file, array, version=version)
    record(name, array)


base = np.arange(6).reshape(2, 3)
for code in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]:
    values = base * (1.5 - 2.25j) if code[0] == "c" else base % 2 if code == "b1" else base * 40 if code[0] == "u" else base * 7 - 11 if code[0] == "i" else base * 1.5 - 2
    for order, letter in [("<", "le"), (">", "be")]:
        array = values.astype(order + code)
        save(f"{code}_{letter}_c", array)
        save(f"{code}_{letter}_f", np.asfortranarray(array))

save("zero_d", np.array(3.25))
save("empty", np.zeros((0, 4), np.float32))
save("one_d", np.arange(5, dtype=np.float32))
save("three_d_f", np.asfortranarray(np.arange(24, dtype=np.int32).reshape(2, 3, 4)))
save("version_2", np.arange(4.0), (2, 0))
save("version_3", np.arange(4.0), (3, 0))
np.save(HERE / "large_u8.npy", np.array([2**63], np.uint64))
np.save(HERE / "objects.npy", np.array([1, "two"], object), allow_pickle=True)
np.save(HERE / "text.npy", np.array(["one", "two"]))
np.save(HERE / "fields.npy", np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]))
np.save(HERE / "dates.npy", np.array(["2024-01-01"], "datetime64[D]"))
np.savez(HERE / "stored.npz", X=np.arange(6, dtype=np.float32).reshape(2, 3), y=np.array([1, 0]))
np.savez_compressed(HERE / "compressed.npz", X=np.zeros((50, 40), np.float32), y=np.arange(50))
(HERE / "expected.json").write_text(json.dumps(expected))
