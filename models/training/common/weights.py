"""Weights that several ONNX files have in common are stored once, in a file beside them."""

import hashlib
import pathlib

import onnx
import onnx.numpy_helper
from onnx import TensorProto

SMALLEST = 1024  # bytes: what is smaller stays in the graphs, where tools expect shapes and constants
ALIGNMENT = 64  # bytes: a cache line, so that the weights can be read where they lie


def share(files, store):
    """Moves the weights of the graphs into store, a path in their folder: equal ones to one place."""
    places = {}
    with open(store, "wb") as out:
        for file in files:
            graph = onnx.load(str(file), load_external_data=False)
            for tensor in graph.graph.initializer:
                _move(tensor, out, places, pathlib.Path(store).name)
            onnx.save(graph, str(file))


def _move(tensor, out, places, name):
    data = onnx.numpy_helper.to_array(tensor).tobytes()
    if len(data) < SMALLEST:
        return
    key = hashlib.sha256(data).digest()
    if key not in places:
        out.write(bytes(-out.tell() % ALIGNMENT))
        places[key] = out.tell()
        out.write(data)
    for field in ("raw_data", "float_data", "int64_data"):
        tensor.ClearField(field)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", name), ("offset", places[key]), ("length", len(data))):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, str(value)
