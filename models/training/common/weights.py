"""Weights that several ONNX files have in common are stored once, in a file beside them."""

import hashlib
import os

import onnx
from onnx import TensorProto

SMALLEST = 1024  # bytes: what is smaller stays in the graphs, where tools expect shapes and constants
ALIGNMENT = 64  # bytes: a cache line, so that the weights can be read where they lie


def share(files, store):
    """Moves the initializers of the graphs, as PyTorch writes them, to the file store in their folder: equal ones to one place.

    The graphs must still hold them all. An older store is replaced, not written over: a program may have it open.
    """
    graphs = [onnx.load(str(file), load_external_data=False) for file in files]
    scratch, places = store.with_name(store.name + ".part"), {}
    with open(scratch, "wb") as out:
        for graph in graphs:
            for tensor in graph.graph.initializer:
                _move(tensor, out, places, store.name)
    os.replace(scratch, store)
    for file, graph in zip(files, graphs):
        onnx.save(graph, str(file))


def _move(tensor, out, places, name):
    if tensor.data_location == TensorProto.EXTERNAL:
        raise ValueError(f"The weights of {tensor.name} are in a file already.")
    data = tensor.raw_data
    if len(data) < SMALLEST:
        return
    digest = hashlib.sha256(data).digest()
    if digest not in places:
        out.write(bytes(-out.tell() % ALIGNMENT))
        places[digest] = out.tell()
        out.write(data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", name), ("offset", places[digest]), ("length", len(data))):
        tensor.external_data.add(key=key, value=str(value))
